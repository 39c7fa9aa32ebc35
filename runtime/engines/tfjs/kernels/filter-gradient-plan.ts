/**
 * What the gradient of a filter is computed from; and how it is laid out on WebAssembly (wasm-filter-gradient.ts): its grid, its taps,
 * its pieces, its memory.
 */
import type { TensorFlow } from "../types.ts";

export interface FilterGradientAttributes {
  readonly filterShape: readonly [height: number, width: number, inputs: number, outputs: number];
  readonly strides: number | readonly [number, number];
  readonly dilations?: number | readonly [number, number];
  readonly pad: "valid" | "same" | number | readonly (readonly [number, number])[];
}

/** A place of the kernel: which phase of the input it reads, and how far from dy's position in that phase's grid. */
export interface Tap {
  readonly phase: number;
  readonly distance: number;
}

export interface FilterGradientPlan {
  readonly sy: number;
  readonly sx: number;
  /** The grid of one phase: large enough for dy and for the farthest tap. */
  readonly height: number;
  readonly width: number;
  /** Zeros before the input's first position. */
  readonly top: number;
  readonly left: number;
  /** Positions of dy. */
  readonly rows: number;
  readonly columns: number;
  /** batch · height · width */
  readonly positions: number;
  readonly taps: readonly Tap[];
  /** Positions of one piece of the product; and the most, in however many positions. */
  readonly piece: number;
  readonly largestPiece: number;
}

/** Floats of the left matrix that are made at a time. 4 MiB was the fastest of 64 KiB, 256 KiB, 1, 4 and 16 MiB. */
const pieceFloats = 1 << 20;

/** A product adds them up in float32; the pieces are added in float64. */
const mostPositions = 1 << 13;

/** Extents, strides and padding as TensorFlow.js reads them. */
export function convolutionInfo(
  tf: TensorFlow,
  inputShape: readonly number[],
  { filterShape, strides, dilations, pad }: FilterGradientAttributes,
): ReturnType<TensorFlow["backend_util"]["computeConv2DInfo"]> {
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number], // a convolution's input has rank 4
    [...filterShape],
    pair(strides),
    pair(dilations ?? 1),
    pad as "valid", // the explicit form is typed as its own mutable tuple
  );
}

export function filterGradientPlan(
  tf: TensorFlow,
  inputShape: readonly number[],
  attributes: FilterGradientAttributes,
): FilterGradientPlan {
  const info = convolutionInfo(tf, inputShape, attributes);
  const { strideHeight: sy, strideWidth: sx, dilationHeight: dy, dilationWidth: dx } = info;
  const { outHeight: rows, outWidth: columns, batchSize } = info;
  const { top, left } = info.padInfo;
  const [kernelHeight, kernelWidth, channels] = attributes.filterShape;
  const height = Math.max(
    Math.ceil((info.inHeight + top) / sy),
    rows + Math.floor(((kernelHeight - 1) * dy) / sy),
  );
  const width = Math.max(
    Math.ceil((info.inWidth + left) / sx),
    columns + Math.floor(((kernelWidth - 1) * dx) / sx),
  );
  const taps: Tap[] = [];
  for (let i = 0; i < kernelHeight; i++) {
    for (let j = 0; j < kernelWidth; j++) {
      const phase = ((i * dy) % sy) * sx + ((j * dx) % sx);
      taps.push({ phase, distance: Math.floor((i * dy) / sy) * width + Math.floor((j * dx) / sx) });
    }
  }
  const positions = batchSize * height * width;
  const largestPiece = Math.min(
    mostPositions,
    Math.max(512, Math.ceil(pieceFloats / (taps.length * channels))),
  );
  const piece = Math.min(positions, largestPiece);
  return { sy, sx, height, width, top, left, rows, columns, positions, taps, piece, largestPiece };
}

function pair(value: number | readonly [number, number]): [number, number] {
  return typeof value === "number" ? [value, value] : [value[0], value[1]];
}
