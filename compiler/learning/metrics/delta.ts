/** The shares of pixels whose predicted and true values have a ratio close to one. */
import { type Measure, measure } from "./measure.ts";

function delta<const N extends string>(name: N, limit: string): Measure<N> {
  return measure({
    name,
    summary: `The share of pixels where the larger of predicted and true value is less than ${limit} times the smaller.`,
    formula: `share of max(y / t, t / y) < ${limit}`,
    better: "higher",
    share: true,
    source: "Eigen, Puhrsch & Fergus 2014, section 4.2",
  });
}

export const deltas = [delta("delta1", "1.25"), delta("delta2", "1.25²"), delta("delta3", "1.25³")] as const;
