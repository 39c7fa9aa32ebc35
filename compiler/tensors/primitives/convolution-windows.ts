/** What a convolution and both its gradients share: extents, and what each position's window reads, as a matrix. */
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

/** Of matrices that the second level of a processor's memory holds, or of one row of a feature map. */
const mostValues = 2 ** 15;

/** The windows of some positions of one image and group. */
export interface Windows {
  /** [elements of a filter, positions] */
  readonly matrix: Float64Array;
  readonly elements: number;
  readonly positions: number;
  /** The first of the group's rows, [outputs / groups, elements], in the filters. */
  readonly filter: number;
  readonly outputs: number;
  /** The first of these positions in y; those of the next output are `plane` later. */
  readonly y: number;
  readonly plane: number;
  /** Calls back with each part of a row of the matrix that lies in x: from one value to the next x advances by the stride. */
  readonly inside: (visit: (matrix: number, x: number, count: number) => void) => void;
}

/** @param use is called for image after image, group after group, and some rows of y after the others; the matrix is 0 */
export function convolutionWindows(
  { stride, dilation, before, groups }: ConvolutionAttributes,
  extents: Extents,
  use: (windows: Windows) => void,
): void {
  const [batch, channels, height, width] = four(extents.x);
  const [filters, perGroup, kernelHeight, kernelWidth] = four(extents.filter);
  const [, , rows, columns] = four(extents.y);
  const elements = perGroup * kernelHeight * kernelWidth;
  const outputs = filters / groups;
  const together = Math.max(1, Math.min(rows, Math.floor(mostValues / elements / columns)));
  const whole = new Float64Array(elements * together * columns);
  for (let image = 0; image < batch; image++) {
    for (let group = 0; group < groups; group++) {
      const planes = (image * channels + group * perGroup) * height * width;
      for (let top = 0; top < rows; top += together) {
        const count = Math.min(together, rows - top);
        const positions = count * columns;
        const inside: Windows["inside"] = (visit) => {
          for (let element = 0; element < elements; element++) {
            const j = element % kernelWidth;
            const i = Math.floor(element / kernelWidth) % kernelHeight;
            const c = Math.floor(element / kernelWidth / kernelHeight);
            const shift = j * dilation[1] - before[1];
            const first = Math.max(0, Math.ceil(-shift / stride[1]));
            const last = Math.min(columns - 1, Math.floor((width - 1 - shift) / stride[1]));
            if (last < first) continue;
            for (let row = 0; row < count; row++) {
              const y = (top + row) * stride[0] + i * dilation[0] - before[0];
              if (y < 0 || y >= height) continue;
              const from = planes + (c * height + y) * width + shift + first * stride[1];
              visit(element * positions + row * columns + first, from, last - first + 1);
            }
          }
        };
        const matrix = whole.subarray(0, elements * positions).fill(0);
        const y = ((image * filters + group * outputs) * rows + top) * columns;
        const filter = group * outputs * elements;
        use({ matrix, elements, positions, filter, outputs, y, plane: rows * columns, inside });
      }
    }
  }
}
