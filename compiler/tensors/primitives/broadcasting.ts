/** How operands of different shapes are combined: last axes aligned, extents of 1 repeated. */

import { repeated } from "../strides.ts";
import { ShapeMistake, type TensorType, type Value } from "../value.ts";
import type { Calls } from "./calls.ts";
import type { Tensor } from "./primitive.ts";

/** The shape to which all operands are repeated. */
export function commonShape(operands: readonly TensorType[]): readonly number[] {
  let rank = 0;
  for (const { shape } of operands) rank = Math.max(rank, shape.length);
  const common = new Array<number>(rank).fill(1);
  for (const { shape } of operands) {
    const missing = rank - shape.length;
    for (const [axis, extent] of shape.entries()) {
      const known = common[missing + axis];
      if (extent === 1 || extent === known) continue;
      if (known !== 1) throw notCombined(operands);
      common[missing + axis] = extent;
    }
  }
  return common;
}

function notCombined(operands: readonly TensorType[]): ShapeMistake {
  const shapes = operands.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
  return new ShapeMistake(`shapes ${shapes} cannot be combined`);
}

export function repeatedTo(tensor: Tensor, shape: readonly number[]): Float64Array {
  return repeated(tensor.data, tensor.shape, shape);
}

/** The gradient of an operand that was repeated: summed over the axes on which it was. */
export function sumTo(build: Calls, gradient: Value, shape: readonly number[]): Value {
  const missing = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, axis) =>
    extent !== 1 && (axis < missing || shape[axis - missing] === 1) ? [axis] : [],
  );
  return build.reshape(axes.length === 0 ? gradient : build.sum(gradient, axes), shape);
}
