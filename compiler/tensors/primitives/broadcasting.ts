/** How operands of different shapes are combined: last axes aligned, extents of 1 repeated. */

import { repeated } from "../strides.ts";
import { ShapeMistake, type TensorType, type Value } from "../value.ts";
import type { Calls } from "./calls.ts";
import type { Tensor } from "./primitive.ts";

/** The shape to which all operands are repeated. */
export function commonShape(operands: readonly TensorType[]): readonly number[] {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = operands.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    const extent = extents.find((one) => one !== 1) ?? 1;
    if (extents.some((one) => one !== 1 && one !== extent)) {
      const shapes = operands.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
      throw new ShapeMistake(`shapes ${shapes} cannot be combined`);
    }
    return extent;
  });
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
