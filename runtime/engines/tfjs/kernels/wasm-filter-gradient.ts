/**
 * The gradient of a convolution with respect to its filter on WebAssembly, which tfjs-backend-wasm lacks.
 *
 * dW[i, j, c, o] = Σ over positions of x[b, s·y + d·i, s·x + d·j, c] · dy[b, y, x, o] is a matrix product. With both maps on
 * the same padded grid, flattened, tap (i, j) reads the transposed input at a constant distance from dy's position, so the
 * left matrix [kernel · channels, positions] is made by copying contiguous runs. A stride s splits the input into s² phases
 * first. Positions are taken in pieces: the left matrix stays in the cache, and the pieces are summed in float64.
 */
import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../lowering.ts";
import { type WasmHeap, withHeap } from "./wasm-heap.ts";

/** Floats of the left matrix that are made at a time. 4 MiB was the fastest of 64 KiB, 256 KiB, 1, 4 and 16 MiB. */
const pieceFloats = 1 << 20;

export interface FilterGradientAttributes {
  readonly filterShape: readonly [height: number, width: number, inputs: number, outputs: number];
  readonly strides: number | readonly [number, number];
  readonly dilations?: number | readonly [number, number];
  readonly pad: "valid" | "same" | number | readonly (readonly [number, number])[];
}

export function wasmFilterGradient(
  tf: TensorFlow,
  inputs: { readonly x: TensorInfo; readonly dy: TensorInfo },
  attributes: FilterGradientAttributes,
  backend: unknown,
): TensorInfo {
  const { filterShape } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    inputs.x.shape as [number, number, number, number], // a convolution's input has rank 4
    [...filterShape],
    pair(attributes.strides),
    pair(attributes.dilations ?? 1),
    attributes.pad as "valid", // the explicit form is typed as its own mutable tuple
  );
  const { strideHeight: sy, strideWidth: sx, dilationHeight: dy, dilationWidth: dx } = info;
  const [kernelHeight, kernelWidth, channels, outputs] = filterShape;
  // The grid of one phase: large enough for dy and for the farthest tap.
  const height = Math.max(
    Math.ceil((info.inHeight + info.padInfo.top) / sy),
    info.outHeight + Math.floor(((kernelHeight - 1) * dy) / sy),
  );
  const width = Math.max(
    Math.ceil((info.inWidth + info.padInfo.left) / sx),
    info.outWidth + Math.floor(((kernelWidth - 1) * dx) / sx),
  );
  const positions = info.batchSize * height * width;
  const taps: Tap[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const phase = ((i * dy) % sy) * sx + ((j * dx) % sx);
      taps.push({ phase, distance: Math.floor((i * dy) / sy) * width + Math.floor((j * dx) / sx) });
    }
  }
  return withHeap(tf, backend, (heap) => {
    const phases = phaseGrids(heap, inputs.x, {
      sy,
      sx,
      height,
      width,
      top: info.padInfo.top,
      left: info.padInfo.left,
    });
    const margins = [
      [0, 0],
      [0, height - info.outHeight],
      [0, width - info.outWidth],
      [0, 0],
    ];
    const right = heap.run("PadV2", { x: inputs.dy }, { paddings: margins, constantValue: 0 });
    const sums = productByPieces(heap, phases, heap.reshaped(right, [positions, outputs]), taps, channels);
    const result = heap.output(filterShape);
    heap.floats(result).set(sums);
    return result;
  });
}

/** A place of the kernel: which phase of the input it reads, and how far from dy's position in that phase's grid. */
interface Tap {
  readonly phase: number;
  readonly distance: number;
}

interface Grid {
  readonly sy: number;
  readonly sx: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/** Given x [batch, H, W, channels], each phase of its padded grid as [channels, batch · height · width]. */
function phaseGrids(heap: WasmHeap, x: TensorInfo, grid: Grid): readonly TensorInfo[] {
  const [batch = 0, inHeight = 0, inWidth = 0, channels = 0] = x.shape;
  const { sy, sx, height, width, top, left } = grid;
  const positions = batch * height * width;
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
    return [transposed(heap.run("PadV2", { x }, { paddings, constantValue: 0 }))];
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
    }
  }
  return result;
}

/** Σ over positions p of phase[tap][c, p + distance] · right[p, o], as [taps, channels, outputs]. */
function productByPieces(
  heap: WasmHeap,
  phases: readonly TensorInfo[],
  right: TensorInfo,
  taps: readonly Tap[],
  channels: number,
): Float64Array {
  const [positions = 0, outputs = 0] = right.shape;
  const rows = taps.length * channels;
  const sums = new Float64Array(rows * outputs);
  const length = Math.min(positions, Math.max(512, Math.ceil(pieceFloats / rows)));
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
  taps: readonly Tap[],
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

function pair(value: number | readonly [number, number]): [number, number] {
  return typeof value === "number" ? [value, value] : [value[0], value[1]];
}
