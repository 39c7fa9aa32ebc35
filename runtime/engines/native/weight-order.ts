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
  const { block } = order;
  const { firsts, step } = linesOf(shape, order);
  for (let line = 0, at = 0; line < firsts.length; line++) {
    const first = firsts[line] ?? 0;
    for (let i = 0; i < block; i++) data[at++] = scratch[first + i * step] ?? 0;
  }
}

/** Into the graph's order: a copy. */
export function fromStored(data: Float32Array, shape: readonly number[], order: WeightOrder): Float32Array {
  const result = new Float32Array(data.length);
  const { block } = order;
  const { firsts, step } = linesOf(shape, order);
  for (let line = 0, at = 0; line < firsts.length; line++) {
    const first = firsts[line] ?? 0;
    for (let i = 0; i < block; i++) result[first + i * step] = data[at++] ?? 0;
  }
  return result;
}

/**
 * What lies beside each other where it is stored, as many as a block has: of each line where its first element is in the graph's order,
 * and how far from each other they are there.
 */
function linesOf(
  shape: readonly number[],
  { kind, block, beside }: WeightOrder,
): { readonly firsts: Int32Array; readonly step: number } {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  const firsts = new Int32Array((outputs * inputs * taps) / block);
  const [own, other] = kind === "taps" ? [inputs * taps, taps] : [taps, inputs * taps];
  const [owns, others] = kind === "taps" ? [outputs, inputs] : [inputs, outputs];
  let line = 0;
  for (let outer = 0; outer < others; outer += beside) {
    for (let inner = 0; inner < owns; inner += block) {
      for (let tap = 0; tap < taps; tap++) {
        const place = inner * own + (kind === "taps" ? tap : taps - 1 - tap);
        for (let i = 0; i < beside; i++) firsts[line++] = place + (outer + i) * other;
      }
    }
  }
  return { firsts, step: own };
}
