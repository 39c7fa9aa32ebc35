/** Operations of each position by itself: from their formulas; and softmax. */
import { type ActivationName, activations } from "../../../ops/activations/registry.ts";
import type { OperationName } from "../../../ops/attributes.ts";
import { formulaOf } from "../../../ops/elementwise.ts";
import type { BinaryFunction, Formula, UnaryFunction } from "../../../ops/formula.ts";
import type { Calls, Operand } from "../../primitives/calls.ts";
import type { Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, inputAt, only, perChannel } from "./expansion.ts";

/** Of every activation. */
export const activationExpansions = Object.fromEntries(
  Object.keys(activations).map((name) => [name, fromFormula(name as ActivationName)]), // the names of the registry
) as { readonly [A in ActivationName]: Expansion<A> }; // of all of them

/** @throws Error for an operation without a formula. */
export function fromFormula<O extends OperationName>(operation: O): Expansion<O> {
  return ({ attributes }, context) => {
    const formula = formulaOf(operation, attributes, context.inputs.length);
    if (formula === undefined) throw new Error(`${operation} has no formula`);
    const result = expandFormula(formula, context);
    if (typeof result === "number") throw new Error(`the formula of ${operation} is a number`);
    return result;
  };
}

/** The formula at every position of the inputs; a number where nothing in it depends on them. */
export function expandFormula(
  formula: Formula,
  context: Pick<ExpansionContext, "build" | "inputs" | "weight">,
): Operand {
  const { build } = context;
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "input":
      return inputAt(context, formula.place);
    case "weight":
      return perChannel(build, context.weight(formula.name));
    case "unary": {
      const to = expandFormula(formula.to, context);
      return unary[formula.apply](build, typeof to === "number" ? build.fill(to) : to);
    }
    case "binary": {
      const first = expandFormula(formula.first, context);
      const second = expandFormula(formula.second, context);
      const both = typeof first === "number" && typeof second === "number";
      return binary[formula.apply](build, both ? build.fill(first) : first, second);
    }
  }
}

const unary: Readonly<Record<UnaryFunction, (build: Calls, to: Value) => Value>> = {
  negate: (build, to) => build.negate(to),
  exp: (build, to) => build.exp(to),
  log: (build, to) => build.log(to),
  sqrt: (build, to) => build.sqrt(to),
  tanh: (build, to) => build.tanh(to),
  sigmoid: (build, to) => build.sigmoid(to),
  erf: (build, to) => build.erf(to),
  sign: (build, to) =>
    build.select(
      build.compare(to, "greater", 0),
      1,
      build.select(build.compare(to, "less", 0), build.fill(-1), 0),
    ),
};

const binary: Readonly<Record<BinaryFunction, (build: Calls, first: Operand, second: Operand) => Value>> = {
  add: (build, first, second) => build.add(first, second),
  subtract: (build, first, second) => build.subtract(first, second),
  multiply: (build, first, second) => build.multiply(first, second),
  divide: (build, first, second) => build.divide(first, second),
  maximum: (build, first, second) => build.maximum(first, second),
  minimum: (build, first, second) => build.minimum(first, second),
};

/** Over the channels, of differences from the largest, which keeps the powers finite and changes nothing. */
export const softmax: Expansion<"softmax"> = (_, context) => softmaxOf(context.build, only(context));

/** Over the positions of each channel. */
export const spatialSoftmax: Expansion<"spatial_softmax"> = (_, context) =>
  softmaxOf(context.build, only(context), [2, 3]);

export function softmaxOf(build: Calls, x: Value, axes: readonly number[] = [1]): Value {
  const powers = build.exp(build.subtract(x, build.stopGradient(build.max(x, axes))));
  return build.divide(powers, build.sum(powers, axes));
}
