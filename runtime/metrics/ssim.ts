/**
 * Structural similarity (Wang et al. 2004, equation 13): the mean over windows of 11 × 11 pixels inside the image, weighed by a Gaussian
 * with a deviation of 1.5, for values whose full scale is 1.
 */

const reach = 5;
const window = 2 * reach + 1;
const deviation = 1.5;
const [c1, c2] = [0.01 ** 2, 0.03 ** 2];

const weights = gaussian();

/**
 * Of one image, the mean over its windows and channels; `undefined` where no window has known values only.
 * @param predicted, truth [height, width, channels]; NaN: not known
 */
export function ssimOf(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): number | undefined {
  if (height < window || width < window) return undefined;
  let [sum, windows] = [0, 0];
  for (let channel = 0; channel < channels; channel++) {
    const read = (of: (predicted: number, truth: number) => number) =>
      smoothed(
        Float64Array.from({ length: height * width }, (_, i) => {
          const at = i * channels + channel;
          return of(predicted[at] ?? Number.NaN, truth[at] ?? Number.NaN);
        }),
        height,
        width,
      );
    const [y, t] = [read((p, q) => (Number.isNaN(q) ? q : p)), read((_, q) => q)];
    const [yy, tt, yt] = [read((p) => p * p), read((_, q) => q * q), read((p, q) => p * q)];
    for (let i = 0; i < y.length; i++) {
      const [a = 0, b = 0] = [y[i], t[i]];
      const covariance = (yt[i] ?? 0) - a * b;
      const variances = (yy[i] ?? 0) - a * a + (tt[i] ?? 0) - b * b;
      const similarity =
        ((2 * a * b + c1) * (2 * covariance + c2)) / ((a * a + b * b + c1) * (variances + c2));
      if (Number.isNaN(similarity)) continue; // a value of the window is not known
      sum += similarity;
      windows += 1;
    }
  }
  return windows === 0 ? undefined : sum / windows;
}

/** Weighed means over every window inside, [height − 10, width − 10]; rows, then columns. */
function smoothed(values: Float64Array, height: number, width: number): Float64Array {
  const across = width - 2 * reach;
  const rows = new Float64Array(height * across);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < window; k++) sum += (weights[k] ?? 0) * (values[y * width + x + k] ?? 0);
      rows[y * across + x] = sum;
    }
  const down = height - 2 * reach;
  const result = new Float64Array(down * across);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      let sum = 0;
      for (let k = 0; k < window; k++) sum += (weights[k] ?? 0) * (rows[(y + k) * across + x] ?? 0);
      result[y * across + x] = sum;
    }
  return result;
}

function gaussian(): readonly number[] {
  const values = Array.from({ length: window }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
