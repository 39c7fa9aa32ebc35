/**
 * The gradient of a convolution with respect to its input on WebAssembly, which is also the transposed convolution.
 *
 * tfjs-backend-wasm's own kernel runs at a tenth of its convolution's speed. Here one ordinary convolution gives all s² phases
 * of the stride: cell s·q + r of the result takes the taps r, r + s, … of the kernel at the cells q, q − 1, … of dy. So the
 * filter becomes [taps, taps, outputs, s² · inputs], turned round, and the phases are interleaved.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../lowering.ts";
import { type WasmHeap, withHeap } from "./wasm-heap.ts";

export interface InputGradientAttributes {
  readonly inputShape: readonly [batch: number, height: number, width: number, channels: number];
  readonly strides: number | readonly [number, number];
  readonly pad: "valid" | "same" | number | readonly (readonly [number, number])[];
}

export function wasmInputGradient(
  tf: TensorFlow,
  inputs: { readonly dy: TensorInfo; readonly filter: TensorInfo },
  attributes: InputGradientAttributes,
  backend: unknown,
): TensorInfo {
  const { strides, pad } = attributes;
  const [batch, height, width, channels] = attributes.inputShape;
  const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = inputs.filter.shape;
  const [sy, sx] = typeof strides === "number" ? [strides, strides] : strides;
  const { padInfo } = tf.backend_util.computeConv2DInfo(
    [batch, height, width, channels],
    [kernelHeight, kernelWidth, channels, outputs],
    [sy, sx],
    1,
    pad as "valid", // the explicit form is typed as its own mutable tuple
  );
  return withHeap(tf, backend, (heap) => {
    const tapsY = Math.ceil(kernelHeight / sy);
    const tapsX = Math.ceil(kernelWidth / sx);
    const filter = phaseFilter(heap, inputs.filter, sy, sx);
    const [, rows = 0, columns = 0] = inputs.dy.shape;
    const convolve = (margins: readonly (readonly [number, number])[]): TensorInfo => {
      const attributes = { strides: [1, 1], dilations: [1, 1], dataFormat: "NHWC", pad: margins };
      return heap.run("Conv2D", { x: inputs.dy, filter }, attributes);
    };
    if (sy === 1 && sx === 1) {
      const top = kernelHeight - 1 - padInfo.top;
      const left = kernelWidth - 1 - padInfo.left;
      const bottom = height - rows - top + kernelHeight - 1;
      const right = width - columns - left + kernelWidth - 1;
      if (Math.min(top, left, bottom, right) >= 0) {
        const result = convolve([[0, 0], [top, bottom], [left, right], [0, 0]]); // biome-ignore format: four axes
        return heap.detached(result);
      }
    }
    const phases = convolve([[0, 0], [tapsY - 1, tapsY - 1], [tapsX - 1, tapsX - 1], [0, 0]]); // biome-ignore format: four axes
    const result = heap.output(attributes.inputShape);
    const target = heap.floats(result);
    const source = heap.floats(phases);
    const gridHeight = rows + tapsY - 1;
    const gridWidth = columns + tapsX - 1;
    for (let b = 0; b < batch; b++) {
      for (let y = 0; y < height; y++) {
        const place = y + padInfo.top;
        const row = Math.floor(place / sy);
        for (let x = 0; x < width; x++) {
          const column = Math.floor((x + padInfo.left) / sx);
          const start = ((b * height + y) * width + x) * channels;
          if (row >= gridHeight || column >= gridWidth) {
            target.fill(0, start, start + channels); // cells after the last whole stride, which no output saw
            continue;
          }
          const phase = (place % sy) * sx + ((x + padInfo.left) % sx);
          const from = (((b * gridHeight + row) * gridWidth + column) * sy * sx + phase) * channels;
          for (let c = 0; c < channels; c++) target[start + c] = source[from + c] ?? 0;
        }
      }
    }
    return result;
  });
}

/** Given [kernel height, kernel width, inputs, outputs]: [taps, taps, outputs, sy · sx · inputs], turned round, zeros where the kernel ends. */
function phaseFilter(heap: WasmHeap, filter: TensorInfo, sy: number, sx: number): TensorInfo {
  const [kernelHeight = 0, kernelWidth = 0, inputs = 0, outputs = 0] = filter.shape;
  const tapsY = Math.ceil(kernelHeight / sy);
  const tapsX = Math.ceil(kernelWidth / sx);
  const result = heap.temporary([tapsY, tapsX, outputs, sy * sx * inputs]);
  const target = heap.floats(result).fill(0);
  const source = heap.floats(filter);
  for (let i = 0; i < kernelHeight; i++) {
    const tapY = tapsY - 1 - Math.floor(i / sy);
    for (let j = 0; j < kernelWidth; j++) {
      const tapX = tapsX - 1 - Math.floor(j / sx);
      const phase = (i % sy) * sx + (j % sx);
      for (let o = 0; o < outputs; o++) {
        const to = (((tapY * tapsX + tapX) * outputs + o) * sy * sx + phase) * inputs;
        const from = (i * kernelWidth + j) * inputs * outputs + o;
        for (let c = 0; c < inputs; c++) target[to + c] = source[from + c * outputs] ?? 0;
      }
    }
  }
  return result;
}
