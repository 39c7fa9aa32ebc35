/** The Gaussian filter by its definition: exact sums over all pairs of points, in double precision. */
import type { GaussianFilter } from "../../runtime/crf/gaussian-filter.ts";

/** @param features [points, dimensions], in units of standard deviations */
export function exactFilter(features: Float32Array, dimensions: number): GaussianFilter {
  const points = features.length / dimensions;
  const matrix = new Float64Array(points * points);
  for (let i = 0; i < points; i++) {
    for (let j = 0; j < points; j++) {
      let squared = 0;
      for (let k = 0; k < dimensions; k++) {
        squared += ((features[i * dimensions + k] ?? 0) - (features[j * dimensions + k] ?? 0)) ** 2;
      }
      matrix[i * points + j] = Math.exp(-squared / 2);
    }
  }
  return matrixFilter(matrix, points);
}

/** @param matrix [points, points] */
export function matrixFilter(matrix: Float64Array, points: number): GaussianFilter {
  return {
    points,
    accumulate: (values, channels, factor, target, transposed = false) => {
      for (let i = 0; i < points; i++) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let j = 0; j < points; j++) {
            sum +=
              (matrix[transposed ? j * points + i : i * points + j] ?? 0) * (values[j * channels + c] ?? 0);
          }
          target[i * channels + c] = (target[i * channels + c] ?? 0) + factor * sum;
        }
      }
    },
    scaled: (factors) =>
      matrixFilter(
        matrix.map(
          (entry, at) => entry * (factors[Math.floor(at / points)] ?? 0) * (factors[at % points] ?? 0),
        ),
        points,
      ),
  };
}
