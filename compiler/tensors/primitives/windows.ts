/** The largest value of each window. */
import { pair } from "../attribute-kinds.ts";
import { float32, four, int32, ShapeMistake } from "../value.ts";
import type { PrimitiveAttributes, WindowAttributes } from "./attributes.ts";
import { needFloat, only, operandAt, type Primitive } from "./primitive.ts";

export const windowMax: Primitive<PrimitiveAttributes["window_max"]> = {
  summary: "The largest value of each window and its place.",
  attributes: { kernel: pair, stride: pair, dilation: pair, before: pair, after: pair },
  operands: 1,
  types: (attributes, operands) => {
    needFloat(...operands);
    const [batch, channels, ...size] = four(only(operands).shape);
    const shape = [batch, channels, windows(attributes, size[0], 0), windows(attributes, size[1], 1)];
    return [float32(...shape), int32(...shape)];
  },
  evaluate: ({ attributes, operands, results }) => {
    const { kernel, stride, dilation, before } = attributes;
    const { data, shape } = only(operands);
    const [batch, channels, height, width] = four(shape);
    const [, , rows, columns] = four(operandAt(results, 0).shape);
    const values = new Float64Array(batch * channels * rows * columns);
    const places = new Float64Array(values.length);
    let to = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, to++) {
          let [largest, place] = [Number.NEGATIVE_INFINITY, -1];
          for (let i = 0; i < kernel[0]; i++) {
            const y = row * stride[0] + i * dilation[0] - before[0];
            if (y < 0 || y >= height) continue;
            for (let j = 0; j < kernel[1]; j++) {
              const x = column * stride[1] + j * dilation[1] - before[1];
              if (x < 0 || x >= width) continue;
              const at = (plane * height + y) * width + x;
              const value = data[at] ?? 0;
              if (value > largest || place < 0) [largest, place] = [value, at];
            }
          }
          values[to] = largest;
          places[to] = place;
        }
      }
    }
    return [values, places];
  },
  gradient: ({ build, attributes, operands, results, upstream }) => {
    const [gradient] = upstream;
    if (gradient === undefined) return [undefined];
    const shape = only(operands).shape;
    return [() => build.scatter(gradient, operandAt(results, 1), shape, isDistinct(attributes))];
  },
};

/** Whether no position is in two windows. */
export function isDistinct({
  kernel,
  stride,
  dilation,
}: Pick<WindowAttributes, "kernel" | "stride" | "dilation">): boolean {
  return ([0, 1] as const).every((axis) => stride[axis] >= (kernel[axis] - 1) * dilation[axis] + 1);
}

/** How many windows there are along an axis. @throws ShapeMistake where one has no position but padding. */
function windows(
  { kernel, stride, dilation, before, after }: WindowAttributes,
  size: number,
  axis: 0 | 1,
): number {
  const reach = (kernel[axis] - 1) * dilation[axis] + 1;
  const room = size + before[axis] + after[axis] - reach;
  if (room < 0) throw new ShapeMistake(`a window of ${reach} does not fit ${size} positions`);
  const count = Math.floor(room / stride[axis]) + 1;
  for (let window = 0; window < count; window++) {
    const start = window * stride[axis] - before[axis];
    const taps = Array.from({ length: kernel[axis] }, (_, tap) => start + tap * dilation[axis]);
    if (!taps.some((at) => at >= 0 && at < size)) throw new ShapeMistake(`window ${window} is all padding`);
  }
  return count;
}
