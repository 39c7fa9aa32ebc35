/**
 * The memory of XNNPACK's operators, which compute convolutions, matrix products and pools inside tfjs-backend-wasm, in bytes.
 *
 * An operator is made for each filter (or right matrix) and kept until the filter is disposed of. It holds the filter transposed and packed into
 * tiles of eight output channels, and, for every output pixel of one image, a pointer to each position the kernel covers (its
 * indirection buffer). Sources: tfjs-backend-wasm's src/cc/conv2d_impl.cc and XNNPACK's src/operators/convolution-nhwc.c; the
 * sizes of tiles were found by walking the heap (tests/engines/memory.test.ts compares them with it).
 */
import type { PerAxis } from "../../../../compiler/axis.ts";

/** Output channels, and output pixels, of a tile. */
const tileChannels = 8;
const tilePixels = 4;

const float = 4;
const pointer = 4;

/** @param filter [height, width, input channels, output channels]; @param pixels [rows, columns] of the output */
export function convolutionOperator(
  filter: readonly number[],
  strides: PerAxis<number>,
  pixels: PerAxis<number>,
): number {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = filter;
  const taps = height * width;
  const transposed = float * taps * inputs * outputs;
  const plain = taps === 1 && strides[0] === 1 && strides[1] === 1; // then it is a matrix product
  const pointers = plain ? 0 : pointer * taps * roundUp(pixels[0] * pixels[1], tilePixels);
  return transposed + packed(taps * inputs, outputs) + pointers;
}

/** @param filter [height, width, channels, 1] */
export function depthwiseOperator(filter: readonly number[], step: number, pixels: PerAxis<number>): number {
  const [height = 0, width = 0, channels = 0] = filter;
  const taps = height * width;
  const packedFilter = float * roundUp(channels, 4) * (taps + 1);
  return float * taps * channels + packedFilter + windowPointers([height, width], step, pixels);
}

/** @param right [rows, columns] */
export function productOperator(right: PerAxis<number>): number {
  return packed(right[0], right[1]);
}

/** Of a pool, or a depthwise convolution: the windows of a row share the columns in which they overlap. */
export function windowPointers(kernel: PerAxis<number>, step: number, pixels: PerAxis<number>): number {
  const [rows, columns] = pixels;
  return pointer * rows * (kernel[0] * kernel[1] + (columns - 1) * step * kernel[0]);
}

/** With a bias for every output. */
function packed(rows: number, outputs: number): number {
  return float * roundUp(outputs, tileChannels) * (rows + 1);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
