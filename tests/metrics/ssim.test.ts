import { expect, it } from "vitest";
import { ImageMetrics } from "../../runtime/metrics/image.ts";
import { ssimOf } from "../../runtime/metrics/ssim.ts";
import { Random } from "../../runtime/random.ts";

const [height, width, channels] = [14, 16, 2];

function image(seed: string): Float64Array {
  const random = new Random(2, seed);
  return Float64Array.from({ length: height * width * channels }, () => random.uniform());
}

/** Equation 13 of Wang et al. 2004 in every window, with the weighed variances of equations 14 to 16. */
function reference(y: ArrayLike<number>, t: ArrayLike<number>): number {
  const offsets = Array.from({ length: 121 }, (_, i) => [Math.floor(i / 11) - 5, (i % 11) - 5] as const);
  const gauss = offsets.map(([dy, dx]) => Math.exp(-(dy * dy + dx * dx) / (2 * 1.5 ** 2)));
  const total = gauss.reduce((a, b) => a + b, 0);
  const found: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let row = 5; row < height - 5; row++)
      for (let column = 5; column < width - 5; column++) {
        const values = (of: ArrayLike<number>) =>
          offsets.map(([dy, dx]) => of[((row + dy) * width + column + dx) * channels + c] ?? Number.NaN);
        const mean = (of: readonly number[]) =>
          of.reduce((sum, value, i) => sum + ((gauss[i] ?? 0) / total) * value, 0);
        const [a, b] = [values(y), values(t)];
        const [ma, mb] = [mean(a), mean(b)];
        const va = mean(a.map((value) => (value - ma) ** 2));
        const vb = mean(b.map((value) => (value - mb) ** 2));
        const cov = mean(a.map((value, i) => (value - ma) * ((b[i] ?? 0) - mb)));
        const similarity =
          ((2 * ma * mb + 0.0001) * (2 * cov + 0.0009)) / ((ma ** 2 + mb ** 2 + 0.0001) * (va + vb + 0.0009));
        if (!Number.isNaN(similarity)) found.push(similarity);
      }
  return found.reduce((a, b) => a + b, 0) / found.length;
}

it("ssim is the mean of equation 13 over the windows inside the image", () => {
  const [y, t] = [image("y"), image("t")];
  const close = t.map((value, i) => 0.8 * value + 0.2 * (y[i] ?? 0));
  expect(ssimOf(close, t, [height, width, channels])).toBeCloseTo(reference(close, t), 10);
  expect(ssimOf(t, t, [height, width, channels])).toBeCloseTo(1, 12);
});

it("ssim leaves out windows with a value that is not known, and images smaller than one", () => {
  const [y, t] = [image("y"), image("t")];
  t[0] = Number.NaN;
  t[1] = Number.NaN;
  expect(ssimOf(y, t, [height, width, channels])).toBeCloseTo(reference(y, t), 10);
  expect(ssimOf(y, t, [10, 20, 2])).toBeUndefined();
});

it("of several images it is their mean, on demand", () => {
  const [a, b, c] = [image("a"), image("b"), image("c")];
  const metrics = new ImageMetrics(["ssim"]);
  const both = Float64Array.from([...a, ...b]);
  const truth = Float64Array.from([...c, ...c]);
  metrics.add({ data: both, shape: [2, height, width, channels] }, truth);
  const { ssim } = metrics.values();
  expect(ssim).toBeCloseTo((reference(a, c) + reference(b, c)) / 2, 10);
  expect(new ImageMetrics().values()).not.toHaveProperty("ssim");
  expect(new ImageMetrics([], metrics.counts()).values()).toEqual(metrics.values());
});
