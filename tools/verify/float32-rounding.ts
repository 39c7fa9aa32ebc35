/** What rounding to float32 does to the values of a program: each step in float64, and then moved as float32 would move it. */
import { evaluateStep, type StepResults } from "../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../compiler/tensors/primitives/primitive.ts";
import type { Step } from "../../compiler/tensors/program.ts";
import type { TensorType } from "../../compiler/tensors/value.ts";
import { Random } from "../../runtime/random.ts";

/** The largest relative error of one operation in float32: half of the distance from 1 to the next number. */
const unit = 2 ** -24;

/**
 * - `"exact"`: values are moved, compared or chosen, which rounds nothing.
 * - `"value"`: one operation for each element, whose error is a share of its result.
 * - `"sum"`: many terms for each element. The error is a share of Σ|terms|, however little is left of them where they cancel (Higham,
 *   Accuracy and Stability of Numerical Algorithms, 2002, section 4.2): the gradient of a bias before a normalisation is 0, and in
 *   float32 as far from it as its terms are large.
 */
type Rounding = "exact" | "value" | "sum";

const roundings: Readonly<Record<PrimitiveName, Rounding>> = {
  constant: "exact",
  stop_gradient: "exact",
  conv: "sum",
  conv_input_gradient: "sum",
  conv_filter_gradient: "sum",
  matmul: "sum",
  window_max: "exact",
  gather: "exact",
  scatter: "sum",
  axis_map: "sum",
  slice: "exact",
  pad: "exact",
  concat: "exact",
  reshape: "exact",
  transpose: "exact",
  broadcast: "exact",
  negate: "exact",
  exp: "value",
  log: "value",
  sqrt: "value",
  tanh: "value",
  sigmoid: "value",
  erf: "value",
  abs: "exact",
  floor: "exact",
  add: "value",
  subtract: "value",
  multiply: "value",
  divide: "value",
  maximum: "exact",
  minimum: "exact",
  power: "value",
  compare: "exact",
  select: "exact",
  convert: "exact",
  sum: "sum",
  mean: "sum",
  max: "exact",
  moments: "sum",
  argmax: "exact",
  one_hot: "exact",
  sort: "exact",
  cumulative_sum: "sum",
  lattice: "sum",
};

/**
 * Steps of which every value is moved at random by up to what one rounding of it, or of its terms, may be (Monte Carlo arithmetic:
 * Parker 1997).
 */
export function roundedSteps(seed: number): StepResults {
  const random = new Random(seed, "float32");
  return (step, operands, results) => {
    const exact = evaluateStep(step, operands, results);
    const rounding = roundings[step.primitive];
    const moves = step.primitive === "scatter" && step.attributes.distinct;
    if (rounding === "exact" || moves) return exact;
    const sizes = rounding === "value" ? exact : sizesOfTerms(step, operands, results);
    return exact.map((values, result) => {
      if (results[result]?.type !== "float32") return values;
      const own = sizes[result];
      return values.map((value, i) => value + unit * (own?.[i] ?? value) * random.between(-1, 1));
    });
  };
}

/** Σ|terms| of every result. */
function sizesOfTerms(
  step: Step,
  operands: readonly Tensor[],
  results: readonly TensorType[],
): readonly Float64Array[] {
  const sizes = operands.map((operand) => ({ ...operand, data: operand.data.map(Math.abs) }));
  switch (step.primitive) {
    case "axis_map": {
      const { axis, matrix } = step.attributes;
      const weights = matrix.weights.map(Math.abs);
      return evaluateStep({ ...step, attributes: { axis, matrix: { ...matrix, weights } } }, sizes, results);
    }
    case "moments": {
      // the terms of a variance are squares of differences, which cancel before they are summed
      const [means = new Float64Array()] = evaluateStep(step, sizes, results);
      const [, variances = new Float64Array()] = evaluateStep(step, operands, results);
      return [means, variances];
    }
    default:
      return evaluateStep(step, sizes, results);
  }
}
