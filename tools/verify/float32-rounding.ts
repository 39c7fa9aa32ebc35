/** What rounding to float32 does to the values of a program: each step in float64, and then moved as float32 would move it. */
import { evaluateStep, type StepResults } from "../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../compiler/tensors/primitives/primitive.ts";
import type { Step } from "../../compiler/tensors/program.ts";
import { elementCount, type TensorType } from "../../compiler/tensors/value.ts";
import { Random } from "../../runtime/random.ts";

/** The largest relative error of one operation in float32: half of the distance from 1 to the next number. */
const unit = 2 ** -24;

/**
 * Terms that a kernel adds one after the other, at most: longer sums are made of blocks. On ONNX Runtime 1.30 products of matrices with
 * 616 terms of one sign are 6.7 units off (root mean square; a walk of 616 random roundings is 8.3), with 4,096 terms 3.6.
 */
const mostInSequence = 1024;

/**
 * - `"exact"`: values are moved, compared or chosen, which rounds nothing.
 * - `"value"`: one operation for each element, whose error is a share of its result.
 * - `"sum"`: many terms for each element. Every addition rounds the sum so far, whatever is left at the end (Higham, Accuracy and
 *   Stability of Numerical Algorithms, 2002, section 4.2): the gradient of a bias before a normalisation is 0, and in float32 as far
 *   from it as its terms are large. Of n terms added one after the other the error is a random walk (Higham & Mary 2019, A New Approach
 *   to Probabilistic Rounding Error Analysis): the sum so far is about k/n of the whole and √k terms of random sign, so that its squares
 *   add up to n/3 · (Σ terms)² + n/2 · Σ terms².
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
 * Steps of which every value is moved at random as far as it, or the sums on the way to it, are rounded (Monte Carlo arithmetic:
 * Parker 1997).
 */
export function roundedSteps(seed: number): StepResults {
  const random = new Random(seed, "float32");
  return (step, operands, results) => {
    const exact = evaluateStep(step, operands, results);
    const rounding = roundings[step.primitive];
    const moves = step.primitive === "scatter" && step.attributes.distinct;
    if (rounding === "exact" || moves) return exact;
    const terms = rounding === "value" ? 1 : Math.min(termsOf(step, operands, results), mostInSequence);
    const squares = rounding === "value" ? [] : squaresOfTerms(step, operands, results);
    return exact.map((values, result) => {
      if (results[result]?.type !== "float32") return values;
      const own = squares[result];
      return values.map((value, i) => {
        const most = Math.sqrt(
          Math.max(1, terms / 3) * value ** 2 + Math.max(1, terms / 2) * (own?.[i] ?? 0),
        );
        return value + unit * most * random.between(-1, 1);
      });
    });
  };
}

/** How many terms an element of the result has, at most; 1 where that depends on the values. */
function termsOf(step: Step, operands: readonly Tensor[], results: readonly TensorType[]): number {
  const [first = [], second = []] = operands.map(({ shape }) => shape);
  const count = elementCount(first);
  switch (step.primitive) {
    case "conv":
      return elementCount(second) / (second[0] ?? 1);
    case "conv_input_gradient":
      return elementCount(second) / ((second[1] ?? 1) * step.attributes.groups);
    case "conv_filter_gradient":
      return elementCount(second) / (second[1] ?? 1);
    case "matmul":
      return first.at(-1) ?? 1;
    case "axis_map":
      return step.attributes.matrix.weights.length / step.attributes.matrix.rowCount;
    case "cumulative_sum":
      return first[step.attributes.axis] ?? 1;
    case "sum":
    case "mean":
    case "moments":
      return count / elementCount(results[0]?.shape ?? [count]);
    default:
      return 1;
  }
}

/** Σ terms² of every result. */
function squaresOfTerms(
  step: Step,
  operands: readonly Tensor[],
  results: readonly TensorType[],
): readonly Float64Array[] {
  const squared = operands.map((operand) => ({ ...operand, data: operand.data.map((value) => value ** 2) }));
  switch (step.primitive) {
    case "axis_map": {
      const { axis, matrix } = step.attributes;
      const weights = matrix.weights.map((weight) => weight ** 2);
      return evaluateStep(
        { ...step, attributes: { axis, matrix: { ...matrix, weights } } },
        squared,
        results,
      );
    }
    case "mean":
    case "moments": {
      // a variance has terms of one sign, whose squares are little beside its own
      const [means = new Float64Array()] = evaluateStep(step, squared, results);
      const count = termsOf(step, operands, results);
      return [means.map((mean) => mean / count)];
    }
    case "scatter": {
      const [values, places] = operands;
      return values === undefined || places === undefined
        ? []
        : evaluateStep(step, [{ ...values, data: values.data.map((value) => value ** 2) }, places], results);
    }
    case "lattice": {
      // its tables are shares and places: no more than the square of the sum of magnitudes
      const [x, ...tables] = operands;
      if (x === undefined) return [];
      const sums = evaluateStep(step, [{ ...x, data: x.data.map(Math.abs) }, ...tables], results);
      return sums.map((values) => values.map((value) => value ** 2));
    }
    default:
      return evaluateStep(step, squared, results);
  }
}
