/** Distributions as the loss takes them: with the weight of every position. */
import type { MapTargets } from "./map-targets.ts";

export interface SoftTargets extends MapTargets {
  /** [batch, height, width, 1]: of the most likely value, 0 where not known. */
  readonly weights: Float32Array;
}

/** @param valueWeights one for every value of the distributions; `undefined`: all one. The first of equally likely values counts. */
export function softTargets(targets: MapTargets, valueWeights: readonly number[] | undefined): SoftTargets {
  const { values, valid, shape } = targets;
  if (valueWeights === undefined) return { ...targets, weights: valid };
  const channels = shape[3];
  const weights = new Float32Array(valid.length);
  for (let cell = 0; cell < valid.length; cell++) {
    if (valid[cell] === 0) continue;
    let likeliest = 0;
    for (let c = 1; c < channels; c++) {
      const start = cell * channels;
      if ((values[start + c] ?? 0) > (values[start + likeliest] ?? 0)) likeliest = c;
    }
    weights[cell] = valueWeights[likeliest] ?? 1;
  }
  return { ...targets, weights };
}
