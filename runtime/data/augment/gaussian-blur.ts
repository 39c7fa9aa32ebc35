/** A Gaussian blur: rows, then columns, mirrored beyond the edges (the edge pixel repeated). */
import { mirroredIndex } from "../mirrored-index.ts";

/** Weights beyond so many standard deviations are left out. */
const reach = 4;

/** @param deviation in pixels */
export function blurred(
  image: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly samples: Float32Array;
  },
  deviation: number,
): Float32Array {
  const { height, width, channels, samples } = image;
  const weights = gaussian(deviation);
  const rows = along(samples, width, channels, height, width * channels, channels, weights);
  return along(rows, height, width * channels, 1, 0, width * channels, weights);
}

/** Weights of the offsets −radius … radius; their sum is 1. */
function gaussian(deviation: number): Float64Array {
  const radius = Math.max(1, Math.ceil(reach * deviation));
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * @param length positions along the axis, `step` apart
 * @param lanes values at each position, next to each other
 * @param lines lines along the axis, `between` apart
 */
function along(
  from: Float32Array,
  length: number,
  lanes: number,
  lines: number,
  between: number,
  step: number,
  weights: Float64Array,
): Float32Array {
  const to = new Float32Array(from.length);
  const radius = (weights.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      for (let lane = 0; lane < lanes; lane++) {
        let sum = 0;
        for (const [k, weight] of weights.entries()) {
          const source = mirroredIndex(i + k - radius, length);
          sum += weight * (from[line * between + source * step + lane] ?? 0);
        }
        to[line * between + i * step + lane] = sum;
      }
    }
  }
  return to;
}
