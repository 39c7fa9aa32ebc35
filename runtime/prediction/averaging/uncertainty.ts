/**
 * How uncertain predictions of classes are that were averaged (Kendall, Badrinarayanan & Cipolla 2015, Bayesian SegNet; Gal 2016,
 * section 3.3.1): the entropy of the mean, and the part of it by which the predictions differ, which is the mutual information
 * between the class and the weights.
 */
import type { MapBatch } from "../../arrays.ts";
import type { ClassValues } from "./class-values.ts";

/** Nats: −Σ p ln p of the mean, from 0 to the logarithm of the number of classes. */
export function entropyOf({
  probabilities: { data, shape },
}: Pick<ClassValues, "probabilities">): Float32Array {
  const classes = shape[3];
  const entropies = new Float32Array(data.length / classes);
  for (let pixel = 0; pixel < entropies.length; pixel++) {
    let entropy = 0;
    for (let i = pixel * classes; i < (pixel + 1) * classes; i++) entropy += entropyTerm(data[i] ?? 0);
    entropies[pixel] = entropy;
  }
  return entropies;
}

/** Nats: what the entropy of the mean has above the mean of the entropies; 0 where the predictions agree. */
export function informationOf(rows: ClassValues): Float32Array {
  const { expectedEntropy } = rows;
  if (expectedEntropy === undefined) throw new Error("the entropies of the predictions are not known");
  return entropyOf(rows).map((entropy, pixel) => Math.max(0, entropy - (expectedEntropy[pixel] ?? 0)));
}

/** One prediction with the entropy of its probabilities as one channel more; one channel is the probability of the second of two classes. */
export function withEntropy({ data, shape }: MapBatch): MapBatch {
  const [batch, height, width, channels] = shape;
  const result = new Float32Array(batch * height * width * (channels + 1));
  for (let from = 0, to = 0; from < data.length; from += channels, to += channels + 1) {
    let entropy = channels === 1 ? entropyTerm(1 - (data[from] ?? 0)) : 0;
    for (let channel = 0; channel < channels; channel++) {
      const probability = data[from + channel] ?? 0;
      result[to + channel] = probability;
      entropy += entropyTerm(probability);
    }
    result[to + channels] = entropy;
  }
  return { data: result, shape: [batch, height, width, channels + 1] };
}

/** −p ln p, and 0 of what is no probability. */
export function entropyTerm(probability: number): number {
  return probability > 0 ? -probability * Math.log(probability) : 0;
}

/** 65535 is `most`. */
export function sixteenBits(values: Float32Array, most: number): Uint16Array {
  return Uint16Array.from(values, (value) => Math.round(65535 * Math.min(1, Math.max(0, value / most))));
}
