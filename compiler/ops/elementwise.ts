/**
 * The formulas of the elementwise operations, as in prediction: batch normalisation uses its running statistics, and dropout
 * passes its input on. Targets and the float64 evaluation (evaluate-formula.ts) derive from these.
 */
import { activationFormulas } from "./activation-operations.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import {
  type Formula,
  inputOf,
  maximum,
  minimum,
  minus,
  over,
  perChannelWeight,
  plus,
  sharedWeight,
  sqrt,
  times,
  x,
} from "./formula.ts";

/** `inputs`: how many feature maps the operation takes. */
type FormulaOf<O extends OperationName> = (attributes: Attributes[O], inputs: number) => Formula;

export const elementwise = {
  ...activationFormulas,
  prelu: ({ shared }) =>
    plus(maximum(x, 0), times(shared ? sharedWeight("slope") : perChannelWeight("slope"), minimum(x, 0))),
  layer_scale: ({ shared }) => times(x, shared ? sharedWeight("factor") : perChannelWeight("factor")),
  dropout: () => x,
  batchnorm: ({ epsilon, scale, shift }) => {
    const variance = perChannelWeight("running_variance");
    const standard = over(minus(x, perChannelWeight("running_mean")), sqrt(plus(variance, epsilon)));
    const scaled = scale ? times(standard, perChannelWeight("scale")) : standard;
    return shift ? plus(scaled, perChannelWeight("shift")) : scaled;
  },
  add: (_, inputs) => inputsOf(inputs).reduce((sum, value) => plus(sum, value)),
  subtract: (_, inputs) => inputsOf(inputs).reduce((rest, value) => minus(rest, value)),
  multiply: (_, inputs) => inputsOf(inputs).reduce((product, value) => times(product, value)),
  maximum: (_, inputs) => inputsOf(inputs).reduce((largest, value) => maximum(largest, value)),
  minimum: (_, inputs) => inputsOf(inputs).reduce((smallest, value) => minimum(smallest, value)),
} satisfies { readonly [O in OperationName]?: FormulaOf<O> };

export type ElementwiseName = keyof typeof elementwise;

/** Operations that a target must have a row for. */
export type OtherName = Exclude<OperationName, ElementwiseName>;

function inputsOf(count: number): readonly Formula[] {
  return Array.from({ length: count }, (_, place) => inputOf(place));
}

/** The formula of an operation; `undefined` where it is not elementwise. */
export function formulaOf<O extends OperationName>(
  operation: O,
  attributes: Attributes[O],
  inputs: number,
): Formula | undefined {
  const table: { readonly [name in OperationName]?: FormulaOf<name> } = elementwise;
  return table[operation]?.(attributes, inputs);
}
