/** The loop that a convolution and both its gradients share. */
import { four, ShapeMistake, type TensorType } from "../value.ts";
import type { ConvolutionAttributes } from "./attributes.ts";
import { need } from "./primitive.ts";

/** Of a convolution x [N, C, H, W] * filter [O, C / groups, kernel] → y [N, O, h, w]. */
export interface Extents {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly y: readonly number[];
}

/** The extents of a convolution of x by the filter. */
export function convolutionExtents(
  attributes: ConvolutionAttributes,
  x: TensorType["shape"],
  filter: TensorType["shape"],
): Extents {
  const [batch, channels, ...size] = four(x);
  const [outputs, perGroup, ...kernel] = four(filter);
  const { groups } = attributes;
  need(
    perGroup * groups === channels && outputs % groups === 0,
    () => `a filter [${filter.join(", ")}] of ${groups} groups does not fit ${channels} channels`,
  );
  const y = ([0, 1] as const).map((axis) => {
    const { stride, dilation, before, after } = attributes;
    const reach = (kernel[axis] - 1) * dilation[axis] + 1;
    const room = size[axis] + before[axis] + after[axis] - reach;
    if (room < 0) throw new ShapeMistake(`a window of ${reach} does not fit ${size[axis]} positions`);
    return Math.floor(room / stride[axis]) + 1;
  });
  return { x, filter, y: [batch, outputs, ...y] };
}

/**
 * Visits every row of y with every element of the filter that meets it.
 * @param visit is given the first elements of both rows, the element of the filter, and how many elements of the row are met; from
 * one to the next x advances by the stride and y by one.
 */
export function convolutionRows(
  { stride, dilation, before, groups }: ConvolutionAttributes,
  extents: Extents,
  visit: (x: number, filter: number, y: number, count: number) => void,
): void {
  const [batch, channels, height, width] = four(extents.x);
  const [outputs, perGroup, kernelHeight, kernelWidth] = four(extents.filter);
  const [, , rows, columns] = four(extents.y);
  const outputsPerGroup = outputs / groups;
  for (let image = 0; image < batch; image++) {
    for (let output = 0; output < outputs; output++) {
      const firstChannel = Math.floor(output / outputsPerGroup) * perGroup;
      for (let c = 0; c < perGroup; c++) {
        const plane = (image * channels + firstChannel + c) * height * width;
        for (let i = 0; i < kernelHeight; i++) {
          for (let j = 0; j < kernelWidth; j++) {
            const element = ((output * perGroup + c) * kernelHeight + i) * kernelWidth + j;
            const shift = j * dilation[1] - before[1];
            const first = Math.max(0, Math.ceil(-shift / stride[1]));
            const last = Math.min(columns - 1, Math.floor((width - 1 - shift) / stride[1]));
            if (last < first) continue;
            for (let row = 0; row < rows; row++) {
              const y = row * stride[0] + i * dilation[0] - before[0];
              if (y < 0 || y >= height) continue;
              const from = plane + y * width + shift + first * stride[1];
              const to = ((image * outputs + output) * rows + row) * columns + first;
              visit(from, element, to, last - first + 1);
            }
          }
        }
      }
    }
  }
}
