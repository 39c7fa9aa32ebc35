/** Weights that let rare colours count as much as frequent ones (Zhang, Isola & Efros 2016, section 2.2, equation 4). */
import { colourBins } from "../../compiler/colour/colour-bins.ts";
import { codeDeviation } from "./soft-code.ts";

/**
 * The share of each bin, smoothed: each bin gives what it has to the bins around it by a Gaussian of their distance.
 * @param counts pixels whose nearest bin it is, in the order of the bins
 */
export function smoothedPrior(counts: readonly number[]): number[] {
  const bins = colourBins();
  const shares = new Array<number>(bins.length).fill(0);
  const all = counts.reduce((sum, count) => sum + count, 0);
  for (const [from, count] of counts.entries()) {
    const centre = bins[from];
    if (count === 0 || centre === undefined) continue;
    const kernel = bins.map(({ a, b }) =>
      Math.exp(-((a - centre.a) ** 2 + (b - centre.b) ** 2) / (2 * codeDeviation ** 2)),
    );
    const whole = kernel.reduce((sum, value) => sum + value, 0);
    for (const [to, value] of kernel.entries()) {
      shares[to] = (shares[to] ?? 0) + ((count / all) * value) / whole;
    }
  }
  return shares;
}

/**
 * 1 / ((1 − λ) p + λ / Q) for the smoothed share p of each of the Q bins, scaled so that the mean weight Σ p w is one.
 * @param rebalance λ, above 0 and up to 1: 1 weighs all bins alike
 */
export function binWeights(counts: readonly number[], rebalance: number): number[] {
  const prior = smoothedPrior(counts);
  const raw = prior.map((share) => 1 / ((1 - rebalance) * share + rebalance / prior.length));
  const mean = raw.reduce((sum, weight, i) => sum + weight * (prior[i] ?? 0), 0);
  return raw.map((weight) => weight / mean);
}
