/** Activations from their formulas: the value, and the derivative as its gradient. */

import { declared } from "../../../../compiler/ops/activation-operations.ts";
import type { Activation } from "../../../../compiler/ops/activations/activation.ts";
import type { ActivationName } from "../../../../compiler/ops/activations/registry.ts";
import type { BinaryFunction, Formula, UnaryFunction } from "../../../../compiler/ops/formula.ts";
import { activate } from "../gradients/pointwise.ts";
import type { Lowering, Lowerings, Tensor4D, TensorFlow } from "../lowering.ts";
import { only } from "./inputs.ts";

/** Of every activation; those with a kernel of their own are written in pointwise.ts. */
export const derivedLowerings = Object.fromEntries(
  declared.map((declaration) => [declaration.name, derived(declaration)]),
) as { readonly [N in ActivationName]: Lowerings[N] }; // each reads the parameters of its own declaration

function derived({ value, derivative }: Activation<string>): Lowering<ActivationName> {
  return ({ attributes }, inputs, { tf }) =>
    activate(tf, only(inputs), {
      value: (x) => computed(tf, value(attributes), x),
      from: "input",
      derivative: (x) => computed(tf, derivative(attributes), x),
    });
}

/** A part that occurs several times, as the same object, is computed once. */
function computed(tf: TensorFlow, formula: Formula, x: Tensor4D): Tensor4D {
  const known = new Map<Formula, Tensor4D | number>();
  const part = (of: Formula): Tensor4D | number => {
    const found = known.get(of) ?? made(of);
    known.set(of, found);
    return found;
  };
  const made = (of: Formula): Tensor4D | number => {
    switch (of.kind) {
      case "number":
        return of.value;
      case "input":
        return x;
      case "unary":
        return unary[of.apply](tf, part(of.to));
      case "binary":
        return binary[of.apply](tf, part(of.first), part(of.second));
      case "weight":
        throw new Error(`an activation has no weight "${of.name}"`);
    }
  };
  const result = part(formula);
  return typeof result === "number" ? tf.fill(x.shape, result) : result;
}

type Operand = Tensor4D | number;

const unary: Readonly<Record<UnaryFunction, (tf: TensorFlow, to: Operand) => Tensor4D>> = {
  negate: (tf, to) => tf.neg(to),
  exp: (tf, to) => tf.exp(to),
  log: (tf, to) => tf.log(to),
  sqrt: (tf, to) => tf.sqrt(to),
  tanh: (tf, to) => tf.tanh(to),
  sigmoid: (tf, to) => tf.sigmoid(to),
  erf: (tf, to) => tf.erf(to),
  sign: (tf, to) => tf.sign(to),
};

const binary: Readonly<
  Record<BinaryFunction, (tf: TensorFlow, first: Operand, second: Operand) => Tensor4D>
> = {
  add: (tf, first, second) => tf.add(first, second),
  subtract: (tf, first, second) => tf.sub(first, second),
  multiply: (tf, first, second) => tf.mul(first, second),
  divide: (tf, first, second) => tf.div(first, second),
  maximum: (tf, first, second) => tf.maximum(first, second),
  minimum: (tf, first, second) => tf.minimum(first, second),
};
