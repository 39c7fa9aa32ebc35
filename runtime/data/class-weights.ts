/** Class weights against imbalance, from the labelled pixels of the training images. A class without pixels gets 1. */
import type { ClassWeightRule } from "../../compiler/learning/losses/class-weights.ts";
import type { DataReport } from "./data-set.ts";

type Counts = Pick<DataReport, "classPixels" | "classImagePixels">;

/** One weight for each class, in their order. */
export function classWeightsBy(rule: ClassWeightRule, counts: Counts): number[] {
  return rules[rule](counts);
}

const rules: { readonly [R in ClassWeightRule]: (counts: Counts) => number[] } = {
  median_frequency: medianFrequency,
  inverse_frequency: inverseFrequency,
  enet,
  effective_number: effectiveNumber,
};

/**
 * Eigen & Fergus 2015, section 6.3.2: median frequency over frequency(c), where frequency(c) is the pixels of c divided by
 * the labelled pixels of all images in which c occurs. A class without pixels is left out of the median.
 */
function medianFrequency({ classPixels, classImagePixels }: Counts): number[] {
  const frequencies = classPixels.map((pixels, c) =>
    pixels === 0 ? undefined : pixels / (classImagePixels[c] ?? pixels),
  );
  const sorted = frequencies.filter((f) => f !== undefined).sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 1;
  const lower = sorted[(sorted.length - 1) >> 1] ?? 1;
  const median = (lower + upper) / 2;
  return frequencies.map((frequency) => (frequency === undefined ? 1 : median / frequency));
}

/** King & Zeng 2001, section 4, for several classes: N / (C n), with n of all N pixels and C classes that occur. Its mean over the pixels is 1. */
function inverseFrequency({ classPixels }: Counts): number[] {
  const [all, occurring] = [sumOf(classPixels), occurringIn(classPixels)];
  return classPixels.map((pixels) => (pixels === 0 ? 1 : all / (occurring * pixels)));
}

/** Paszke et al. 2016 (ENet), section 5.2: 1 / ln (1.02 + n / N), between 1.4 and 50. */
function enet({ classPixels }: Counts): number[] {
  const all = sumOf(classPixels);
  return classPixels.map((pixels) => (pixels === 0 ? 1 : 1 / Math.log(1.02 + pixels / all)));
}

/**
 * Cui et al. 2019, section 4: (1 − β) / (1 − βⁿ) with β = (N − 1) / N for N pixels in all, scaled so that the weights of the classes that
 * occur have the mean 1.
 */
function effectiveNumber({ classPixels }: Counts): number[] {
  const all = sumOf(classPixels);
  // 1 − βⁿ = −expm1 (n log β), exact where β is close to 1
  const weights = classPixels.map((pixels) =>
    pixels === 0 ? undefined : 1 / all / -Math.expm1(pixels * Math.log1p(-1 / all)),
  );
  const scale = occurringIn(classPixels) / sumOf(weights.map((weight) => weight ?? 0));
  return weights.map((weight) => (weight === undefined ? 1 : weight * scale));
}

function occurringIn(classPixels: readonly number[]): number {
  return classPixels.filter((pixels) => pixels > 0).length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
