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
  eachPlace(shape, order, (i, place) => {
    data[place] = scratch[i] ?? 0;
  });
}

/** Into the graph's order: a copy. */
export function fromStored(data: Float32Array, shape: readonly number[], order: WeightOrder): Float32Array {
  const result = new Float32Array(data.length);
  eachPlace(shape, order, (i, place) => {
    result[i] = data[place] ?? 0;
  });
  return result;
}

/** Where each element, in the graph's order, is stored. */
function eachPlace(
  shape: readonly number[],
  { kind, block }: WeightOrder,
  visit: (element: number, place: number) => void,
): void {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  let at = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++, at++) {
        if (kind === "taps") {
          const blocks = (input * outputs) / block + Math.floor(output / block);
          visit(at, (blocks * taps + tap) * block + (output % block));
        } else if (kind === "turned") {
          const blocks = (output * inputs) / block + Math.floor(input / block);
          visit(at, (blocks * taps + taps - 1 - tap) * block + (input % block));
        } else visit(at, (output * taps + tap) * inputs + input);
      }
    }
  }
}
