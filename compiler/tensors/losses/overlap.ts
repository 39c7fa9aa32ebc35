/** Losses of areas: how far soft predictions and labels overlap, class by class over the whole batch. */
import { four, type Value } from "../value.ts";
import type { LossFormula, LossOperands } from "./formula.ts";
import { classAreas } from "./probabilities.ts";

/** Against empty classes. */
const smoothing = 1;

/** N = both Σ p t + s and D = shared Σ p t + predicted Σ p + labelled Σ t + s; `squared`: Σ p² in place of Σ p. */
interface Ratio {
  readonly both: number;
  readonly shared: number;
  readonly predicted: number;
  readonly labelled: number;
  readonly squared?: boolean;
}

/** Milletari et al. 2016, equation 1: N = 2 Σ p t + s, D = Σ p + Σ t + s; `squared` as there, Σ p² + Σ t² (t² is t). */
export const dice: LossFormula<"dice"> = (operands, { squared }) =>
  overlap(operands, { both: 2, shared: 0, predicted: 1, labelled: 1, squared });

/** Rahman & Wang 2016, equations 3 to 5: N = Σ p t + s, D = Σ p + Σ t − Σ p t + s. */
export const jaccard: LossFormula<"jaccard"> = (operands) =>
  overlap(operands, { both: 1, shared: -1, predicted: 1, labelled: 1 });

/** Salehi, Erdogmus & Gholipour 2017, equation 1: N = Σ p t + s, D = Σ p t + α Σ p (1 − t) + β Σ (1 − p) t + s. */
export const tversky: LossFormula<"tversky"> = (operands, { alpha, beta }) =>
  overlap(operands, { both: 1, shared: 1 - alpha - beta, predicted: alpha, labelled: beta });

interface Areas {
  /** Σ p t, Σ p and Σ t, [1, channels, 1, 1]. */
  readonly common: Value;
  readonly predicted: Value;
  readonly labelled: Value;
}

function areasOf(operands: LossOperands, squared = false): Areas {
  const { build, valid } = operands;
  const { probabilities, labels } = classAreas(operands);
  const total = (value: Value) => build.sum(value, [0, 2, 3]);
  const common = total(build.multiply(probabilities, labels));
  const labelled = total(labels);
  const counted = squared ? build.multiply(probabilities, probabilities) : probabilities;
  return { common, predicted: total(build.multiply(counted, valid)), labelled };
}

/**
 * w (1 − N / D) of each class over the whole batch, 0 for classes that do not occur. Of one channel: class 1 alone, whether it occurs or
 * not.
 */
function overlap(operands: LossOperands, ratio: Ratio): Value {
  const { build, map, classWeights } = operands;
  const { common, predicted, labelled } = areasOf(operands, ratio.squared);
  const above = build.add(build.multiply(common, ratio.both), smoothing);
  const areas = build.add(
    build.multiply(predicted, ratio.predicted),
    build.multiply(labelled, ratio.labelled),
  );
  const below = build.add(build.add(build.multiply(common, ratio.shared), areas), smoothing);
  const missed = build.subtract(1, build.divide(above, below));
  if (four(map.shape)[1] === 1) return missed;
  const occurring = build.convert(build.compare(labelled, "greater", 0), "float32");
  const counted = build.multiply(missed, occurring);
  return classWeights === undefined ? counted : build.multiply(counted, classWeights);
}

/** Where nothing is labelled. */
const least = 1e-30;

/**
 * Sudre et al. 2017, section 2: 1 − 2 Σ_c w_c Σ p t / Σ_c w_c Σ (p + t) with w_c = 1 / (Σ t)² of the classes that occur. One channel is
 * two classes, with p and 1 − p.
 */
export const generalisedDice: LossFormula<"generalised_dice"> = (operands) => {
  const { build, map, target } = operands;
  const weigh = (labels: Value) => {
    const known = build.maximum(labels, least);
    const inverse = build.divide(build.convert(build.compare(labels, "greater", 0), "float32"), known);
    return build.multiply(inverse, inverse);
  };
  const parts = ({ common, predicted, labelled }: Areas) => {
    const weights = weigh(labelled);
    return {
      above: build.sum(build.multiply(weights, common), [1]),
      below: build.sum(build.multiply(weights, build.add(predicted, labelled)), [1]),
    };
  };
  const quotient = (above: Value, below: Value) =>
    build.subtract(1, build.multiply(build.divide(above, build.maximum(below, least)), 2));
  const own = parts(areasOf(operands));
  if (four(map.shape)[1] > 1) return quotient(own.above, own.below);
  const other = { ...operands, map: build.negate(map), target: build.subtract(1, target) };
  const others = parts(areasOf(other));
  return quotient(build.add(own.above, others.above), build.add(own.below, others.below));
};
