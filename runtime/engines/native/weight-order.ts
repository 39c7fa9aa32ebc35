/**
 * The orders that weights of convolutions are stored in while they are trained: those in which their gradients are computed, and which
 * become filters by moving whole blocks. What is outside the engine is in the graph's order, [outputs, inputs, kernel].
 */
import { four } from "../../../compiler/tensors/value.ts";

export interface WeightOrder {
  /**
   * "taps": [inputs / beside, outputs / block, taps, beside, block]. "turned": [outputs / beside, inputs / block, taps in falling order,
   * beside, block].
   */
  readonly kind: "taps" | "turned";
  readonly block: number;
  /** How many channels of what is not the kernel lie beside each other: the block, or 1. */
  readonly beside: number;
}

export function storedShape(
  shape: readonly number[],
  { kind, block, beside }: WeightOrder,
): readonly number[] {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  if (kind === "taps") return [inputs / beside, outputs / block, taps, beside, block];
  return [outputs / beside, inputs / block, taps, beside, block];
}

/** From the graph's order, in the same array. @param scratch at least as long */
export function toStored(
  data: Float32Array,
  shape: readonly number[],
  order: WeightOrder,
  scratch = new Float32Array(data.length),
): void {
  scratch.set(data);
  const { outputs, inputs, taps } = placesOf(shape, order);
  let at = 0;
  for (const output of outputs) {
    for (const input of inputs) {
      const place = output + input;
      for (const tap of taps) data[place + tap] = scratch[at++] ?? 0;
    }
  }
}

/** Into the graph's order: a copy. */
export function fromStored(data: Float32Array, shape: readonly number[], order: WeightOrder): Float32Array {
  const result = new Float32Array(data.length);
  const { outputs, inputs, taps } = placesOf(shape, order);
  let at = 0;
  for (const output of outputs) {
    for (const input of inputs) {
      const place = output + input;
      for (const tap of taps) result[at++] = data[place + tap] ?? 0;
    }
  }
  return result;
}

/** Where an element is stored: the sum of what its output, its input and its tap add. */
interface Places {
  readonly outputs: Int32Array;
  readonly inputs: Int32Array;
  readonly taps: Int32Array;
}

function placesOf(shape: readonly number[], { kind, block, beside }: WeightOrder): Places {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  const each = (count: number, place: (i: number) => number) =>
    Int32Array.from({ length: count }, (_, i) => place(i));
  const within = (i: number, width: number, stride: number, step: number) =>
    Math.floor(i / width) * stride + (i % width) * step;
  const besides = (stride: number) => (i: number) => within(i, beside, stride * taps * beside, block);
  const inBlocks = (i: number) => within(i, block, taps * beside * block, 1);
  if (kind === "taps")
    return {
      outputs: each(outputs, inBlocks),
      inputs: each(inputs, besides(outputs)),
      taps: each(taps, (tap) => tap * beside * block),
    };
  return {
    outputs: each(outputs, besides(inputs)),
    inputs: each(inputs, inBlocks),
    taps: each(taps, (tap) => (taps - 1 - tap) * beside * block),
  };
}
