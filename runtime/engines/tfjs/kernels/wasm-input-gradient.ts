/**
 * The gradient of a convolution with respect to its input on WebAssembly, which is also the transposed convolution.
 *
 * tfjs-backend-wasm's own kernel runs at a tenth of its convolution's speed. Here one ordinary convolution gives all s² phases
 * of the stride: position s·q + r of the result takes the taps r, r + s, … of the kernel at the positions q, q − 1, … of dy. So the
 * filter becomes [taps, taps, outputs, s² · inputs], turned round, and the phases are interleaved.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import {
  type InputGradientAttributes,
  type InputGradientPlan,
  inputGradientPlan,
} from "./input-gradient-plan.ts";
import { type WasmHeap, withHeap } from "./wasm-heap.ts";

export function wasmInputGradient(
  tf: TensorFlow,
  inputs: { readonly dy: TensorInfo; readonly filter: TensorInfo },
  attributes: InputGradientAttributes,
  backend: unknown,
): TensorInfo {
  const [batch, height, width, channels] = attributes.inputShape;
  const plan = inputGradientPlan(tf, inputs.dy.shape, inputs.filter.shape, attributes);
  const { sy, sx, top, left, margins } = plan;
  return withHeap(tf, backend, (heap) => {
    const filter = phaseFilter(heap, inputs.filter, plan);
    const pad = [[0, 0], ...margins, [0, 0]];
    const unstrided = { strides: [1, 1], dilations: [1, 1], dataFormat: "NHWC", pad };
    const phases = heap.run("Conv2D", { x: inputs.dy, filter }, unstrided);
    if (plan.direct) return heap.detached(phases);
    const result = heap.output(attributes.inputShape);
    const target = heap.floats(result);
    const source = heap.floats(phases);
    const [, gridHeight, gridWidth] = plan.phasesShape;
    for (let b = 0; b < batch; b++) {
      for (let y = 0; y < height; y++) {
        const place = y + top;
        const row = Math.floor(place / sy);
        for (let x = 0; x < width; x++) {
          const column = Math.floor((x + left) / sx);
          const start = ((b * height + y) * width + x) * channels;
          if (row >= gridHeight || column >= gridWidth) {
            target.fill(0, start, start + channels); // positions after the last whole stride, which no output reads
            continue;
          }
          const phase = (place % sy) * sx + ((x + left) % sx);
          const from = (((b * gridHeight + row) * gridWidth + column) * sy * sx + phase) * channels;
          for (let c = 0; c < channels; c++) target[start + c] = source[from + c] ?? 0;
        }
      }
    }
    return result;
  });
}

/** Given [kernel height, kernel width, inputs, outputs]: [taps, taps, outputs, sy · sx · inputs], turned round, zeros where the kernel ends. */
function phaseFilter(
  heap: WasmHeap,
  filter: TensorInfo,
  { sy, sx, tapsY, tapsX, filterShape }: InputGradientPlan,
): TensorInfo {
  const [kernelHeight = 0, kernelWidth = 0, inputs = 0, outputs = 0] = filter.shape;
  const result = heap.temporary(filterShape);
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
