/**
 * The orders that weights of convolutions are stored in while they are trained: those in which their gradients are computed, and which
 * become filters by moving whole blocks. What is outside the engine is in the graph's order, [outputs, inputs, kernel].
 */
import { four } from "../../../compiler/tensors/value.ts";

export interface WeightOrder {
  /**
   * "taps": [inputs, outputs / block, taps, block]. "turned": [outputs, inputs / block, taps in falling order, block].
   * "shuffled": [outputs, taps, inputs].
   */
  readonly kind: "taps" | "turned" | "shuffled";
  readonly block: number;
}

export function storedShape(shape: readonly number[], { kind, block }: WeightOrder): readonly number[] {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  if (kind === "taps") return [inputs, outputs / block, taps, block];
  if (kind === "turned") return [outputs, inputs / block, taps, block];
  return [outputs, taps, inputs];
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

function placesOf(shape: readonly number[], { kind, block }: WeightOrder): Places {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  const each = (count: number, place: (i: number) => number) =>
    Int32Array.from({ length: count }, (_, i) => place(i));
  const inBlocks = (i: number) => Math.floor(i / block) * taps * block + (i % block);
  if (kind === "taps")
    return {
      outputs: each(outputs, inBlocks),
      inputs: each(inputs, (input) => input * outputs * taps),
      taps: each(taps, (tap) => tap * block),
    };
  if (kind === "turned")
    return {
      outputs: each(outputs, (output) => output * inputs * taps),
      inputs: each(inputs, inBlocks),
      taps: each(taps, (tap) => (taps - 1 - tap) * block),
    };
  return {
    outputs: each(outputs, (output) => output * taps * inputs),
    inputs: each(inputs, (input) => input),
    taps: each(taps, (tap) => tap * inputs),
  };
}
