/** Losses of values. Distances are means over known positions and channels; x is prediction minus target, 0 where not known. */
import type { Calls } from "../primitives/calls.ts";
import type { Value } from "../value.ts";
import type { LossFormula, LossOperands } from "./formula.ts";

function difference({ build, map, target, valid }: LossOperands): Value {
  return build.multiply(build.subtract(map, target), valid);
}

function square(build: Calls, x: Value): Value {
  return build.multiply(x, x);
}

/** |x| */
export const l1: LossFormula<"l1"> = (operands) => operands.build.abs(difference(operands));

/** x² */
export const l2: LossFormula<"l2"> = (operands) => square(operands.build, difference(operands));

/** x² / 2 up to the threshold d, d (|x| − d / 2) beyond (Huber 1964): with n = x clipped to ±d, n² / 2 + d (|x| − |n|). */
export const huber: LossFormula<"huber"> = (operands, { threshold }) => {
  const { build } = operands;
  const x = difference(operands);
  const near = build.maximum(build.minimum(x, threshold), -threshold);
  const beyond = build.subtract(build.abs(x), build.abs(near));
  return build.add(build.multiply(square(build, near), 0.5), build.multiply(beyond, threshold));
};

/** Keeps a perfect prediction from dividing by 0; smaller differences count as they are. */
const leastLimit = 1e-6;

/**
 * |x| up to c, (x² + c²) / (2 c) beyond, where c is a fifth of the batch's largest |x| and is not differentiated (Laina et al. 2016,
 * equations 1 and 2).
 */
export const berhu: LossFormula<"berhu"> = (operands) => {
  const { build } = operands;
  const x = difference(operands);
  const size = build.abs(x);
  const largest = build.max(size, [0, 1, 2, 3]);
  const limit = build.stopGradient(build.maximum(build.multiply(largest, 1 / 5), leastLimit));
  const curve = build.divide(build.add(square(build, x), square(build, limit)), build.multiply(limit, 2));
  return build.select(build.compare(size, "greater", limit), curve, size);
};

/**
 * Of logarithms: for each image with n known positions Σ x² / n − λ (Σ x)² / n² (Eigen et al. 2014, equation 4); 0 for an image that
 * knows none.
 */
export const scaleInvariant: LossFormula<"scale_invariant"> = (operands, { balance }) => {
  const { build, valid } = operands;
  const x = difference(operands);
  const axes = [1, 2, 3];
  const known = build.maximum(build.sum(valid, axes), 1);
  const mean = build.divide(build.sum(x, axes), known);
  const squares = build.divide(build.sum(square(build, x), axes), known);
  return build.subtract(squares, build.multiply(square(build, mean), balance));
};

/** Keeps |p| from 0, where no direction is. */
const leastSquare = 1e-12;

/** 1 − cosine of the angle between two vectors, of which the target has length 1. */
export const cosine: LossFormula<"cosine"> = ({ build, map, target, valid }) => {
  const length = build.sqrt(build.add(build.sum(square(build, map), [1]), leastSquare));
  const similarity = build.sum(build.multiply(build.divide(map, length), target), [1]);
  return build.multiply(build.subtract(1, similarity), valid);
};
