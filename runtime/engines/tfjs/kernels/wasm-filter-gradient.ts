/**
 * The gradient of a convolution with respect to its filter on WebAssembly, which tfjs-backend-wasm lacks.
 *
 * dW[i, j, c, o] = Σ over positions of x[b, s·y + d·i, s·x + d·j, c] · dy[b, y, x, o] is a matrix product. With both feature maps on
 * the same padded grid, flattened, tap (i, j) reads the transposed input at a constant distance from dy's position, so the
 * left matrix [kernel · channels, positions] is made by copying contiguous runs. A stride s splits the input into s² phases
 * first. Positions are taken in pieces: the left matrix stays in the cache, and the pieces are summed in float64.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../types.ts";
import {
  type FilterGradientAttributes,
  type FilterGradientPlan,
  filterGradientPlan,
} from "./filter-gradient-plan.ts";
import { type WasmHeap, withHeap } from "./wasm-heap.ts";

export function wasmFilterGradient(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo; readonly dy: TensorInfo },
  attributes: FilterGradientAttributes,
  backend: unknown,
): TensorInfo {
  const { filterShape } = attributes;
  const plan = filterGradientPlan(tf, inputs.x.shape, attributes);
  return withHeap(tf, backend, (heap) => {
    const phases = phaseGrids(heap, inputs.x, plan);
    const margins = [
      [0, 0],
      [0, plan.height - plan.rows],
      [0, plan.width - plan.columns],
      [0, 0],
    ];
    const right = heap.run("PadV2", { x: inputs.dy }, { paddings: margins, constantValue: 0 });
    const outputs = filterShape[3];
    const sums = productByPieces(heap, phases, heap.reshaped(right, [plan.positions, outputs]), plan);
    const result = heap.output(filterShape);
    heap.floats(result).set(sums);
    return result;
  });
}

/** Given x [batch, H, W, channels], each phase of its padded grid as [channels, batch · height · width]. */
function phaseGrids(heap: WasmHeap, x: TensorInfo, grid: FilterGradientPlan): readonly TensorInfo[] {
  const [batch = 0, inHeight = 0, inWidth = 0, channels = 0] = x.shape;
  const { sy, sx, height, width, top, left, positions } = grid;
  const transposed = (map: TensorInfo): TensorInfo =>
    heap.run("Transpose", { x: heap.reshaped(map, [positions, channels]) }, { perm: [1, 0] });
  if (sy === 1 && sx === 1) {
    const bottom = height - inHeight - top;
    const right = width - inWidth - left;
    if (top === 0 && left === 0 && bottom === 0 && right === 0) return [transposed(x)];
    const paddings = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const padded = heap.run("PadV2", { x }, { paddings, constantValue: 0 });
    const grid = transposed(padded);
    heap.free(padded);
    return [grid];
  }
  const result: TensorInfo[] = [];
  for (let py = 0; py < sy; py++) {
    for (let px = 0; px < sx; px++) {
      const phase = heap.temporary([batch, height, width, channels]);
      const target = heap.floats(phase).fill(0);
      const source = heap.floats(x);
      for (let b = 0; b < batch; b++) {
        for (let row = 0; row < height; row++) {
          const y = row * sy + py - top;
          if (y < 0 || y >= inHeight) continue;
          for (let column = 0; column < width; column++) {
            const from = column * sx + px - left;
            if (from < 0 || from >= inWidth) continue;
            const start = ((b * inHeight + y) * inWidth + from) * channels;
            target.set(
              source.subarray(start, start + channels),
              ((b * height + row) * width + column) * channels,
            );
          }
        }
      }
      result.push(transposed(phase));
      heap.free(phase);
    }
  }
  return result;
}

/** Σ over positions p of phase[tap][c, p + distance] · right[p, o], as [taps, channels, outputs]. */
function productByPieces(
  heap: WasmHeap,
  phases: readonly TensorInfo[],
  right: TensorInfo,
  { positions, taps, piece: length }: FilterGradientPlan,
): Float64Array {
  const outputs = right.shape[1] ?? 0;
  const channels = phases[0]?.shape[0] ?? 0;
  const rows = taps.length * channels;
  const sums = new Float64Array(rows * outputs);
  for (let start = 0; start < positions; start += length) {
    const count = Math.min(length, positions - start);
    heap.scope(() => {
      const left = heap.temporary([1, rows, count]);
      // A new right tensor for each piece: the backend caches its packed form by tensor.
      const rightPiece = heap.temporary([1, count, outputs]);
      fillLeft(heap, heap.floats(left), phases, taps, { channels, positions, start, count });
      heap.floats(rightPiece).set(heap.floats(right).subarray(start * outputs, (start + count) * outputs));
      const inputs = { a: left, b: rightPiece };
      const product = heap.floats(heap.run("BatchMatMul", inputs, { transposeA: false, transposeB: false }));
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (product[i] ?? 0);
    });
  }
  return sums;
}

/** Rows (tap, channel) of the left matrix for positions start … start + count − 1; zero past the end, where dy is zero too. */
function fillLeft(
  heap: WasmHeap,
  left: Float32Array,
  phases: readonly TensorInfo[],
  taps: FilterGradientPlan["taps"],
  piece: {
    readonly channels: number;
    readonly positions: number;
    readonly start: number;
    readonly count: number;
  },
): void {
  const { channels, positions, start, count } = piece;
  const sources = phases.map((phase) => heap.floats(phase));
  let row = 0;
  for (const { phase, distance } of taps) {
    const source = sources[phase];
    if (source === undefined) throw new Error(`no phase ${phase}`);
    const from = start + distance;
    const to = Math.min(from + count, positions);
    for (let channel = 0; channel < channels; channel++, row++) {
      const base = channel * positions;
      if (to > from) left.set(source.subarray(base + from, base + to), row * count);
      if (to - from < count) left.fill(0, row * count + Math.max(to - from, 0), (row + 1) * count);
    }
  }
}
