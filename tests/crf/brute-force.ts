/**
 * Mean field for the fully connected field written down from Krähenbühl & Koltun (2011): equation 3 for every pair of pixels,
 * the Potts compatibility summed label by label, symmetric normalisation, double precision. It shares no code with the runtime.
 */
import type { ColourImage } from "../../runtime/crf/image-kernels.ts";
import type { CrfParameters } from "../../runtime/crf/parameters.ts";

/** @param probabilities one row of classes a pixel */
export function bruteForceMeanField(
  probabilities: readonly (readonly number[])[],
  image: ColourImage,
  parameters: CrfParameters,
): readonly (readonly number[])[] {
  const pixels = probabilities.map((_, i) => ({
    x: i % image.width,
    y: Math.floor(i / image.width),
    colour: [...image.levels.slice(i * image.channels, (i + 1) * image.channels)],
  }));
  const square = (a: number, b: number) => (a - b) ** 2;
  const near = (a: (typeof pixels)[number], b: (typeof pixels)[number]) =>
    square(a.x, b.x) + square(a.y, b.y);
  const alike = (a: (typeof pixels)[number], b: (typeof pixels)[number]) =>
    a.colour.reduce((sum, level, c) => sum + square(level, b.colour[c] ?? Number.NaN), 0);
  const appearance = normalised(
    pixels.map((a) =>
      pixels.map((b) =>
        Math.exp(
          -near(a, b) / (2 * parameters.appearance_position ** 2) -
            alike(a, b) / (2 * parameters.appearance_colour ** 2),
        ),
      ),
    ),
  );
  const smoothness = normalised(
    pixels.map((a) => pixels.map((b) => Math.exp(-near(a, b) / (2 * parameters.smoothness_position ** 2)))),
  );
  const unary = probabilities.map((row) => row.map((p) => -Math.log(Math.max(p, 1e-8))));
  const kernel = appearance.map((row, i) =>
    Float64Array.from(
      row,
      (k, j) =>
        parameters.appearance_weight * k + parameters.smoothness_weight * (smoothness[i]?.[j] ?? Number.NaN),
    ),
  );
  let q = unary.map((row) => gibbs(row));
  for (let iteration = 0; iteration < parameters.iterations; iteration++) {
    const before = (unary[0] ?? []).map((_, label) =>
      Float64Array.from(q, (row) => row[label] ?? Number.NaN),
    );
    q = unary.map((row, i) => {
      const message = before.map((shares) => product(kernel[i] ?? new Float64Array(), shares));
      // The energy of a label: its own, and the messages of all other labels.
      return gibbs(
        row.map(
          (energy, label) => energy + message.reduce((sum, m, other) => (other === label ? sum : sum + m), 0),
        ),
      );
    });
  }
  return q;
}

function normalised(kernel: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const sums = kernel.map((row) => row.reduce((sum, k) => sum + k, 0));
  return kernel.map((row, i) =>
    row.map((k, j) => k / Math.sqrt((sums[i] ?? Number.NaN) * (sums[j] ?? Number.NaN))),
  );
}

function product(kernel: Float64Array, shares: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < shares.length; j++) sum += (kernel[j] ?? Number.NaN) * (shares[j] ?? Number.NaN);
  return sum;
}

function gibbs(energies: readonly number[]): readonly number[] {
  const least = Math.min(...energies);
  const shares = energies.map((energy) => Math.exp(least - energy));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}
