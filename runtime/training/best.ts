/** Which epoch's weights are the best. */
import {
  type KeepConfiguration,
  keptMeasure,
  type TrainConfiguration,
} from "../../compiler/learning/configuration.ts";
import type { ClassMeasure } from "../../compiler/learning/metrics/class-measures.ts";
import type { Better } from "../../compiler/learning/metrics/measure.ts";
import { betterOf } from "../../compiler/learning/targets/registry.ts";
import type { OutputClasses, OutputValues } from "../metrics/output-metrics.ts";

/** What a validation, or the training batches where there is none, came to. */
export interface Measures {
  readonly outputs: OutputValues;
  readonly classes: OutputClasses;
  readonly loss: number | undefined;
  readonly losses: Readonly<Record<string, number>>;
}

/** The value of the measure that the run keeps; `undefined` when nothing was counted. */
export function keptValue(
  keep: KeepConfiguration,
  { outputs, classes, loss, losses }: Measures,
): number | undefined {
  const { output, measure } = keptMeasure(keep);
  if (output === undefined) return loss;
  if (keep.bestClass !== undefined) {
    const own = classes[output]?.classes.find(({ name }) => name === keep.bestClass);
    // A class of the report has every measure of one class that is wanted (compiler/learning/metrics/class-measures.ts).
    return own?.[measure as ClassMeasure] ?? undefined;
  }
  return measure === "loss" ? losses[output] : (outputs[output]?.[measure] ?? undefined);
}

/** Which way it is better. */
export function keptBetter({ keep, outputs }: Pick<TrainConfiguration, "keep" | "outputs">): Better {
  const { output, measure } = keptMeasure(keep);
  const target = outputs.find(({ name }) => name === output)?.target;
  return target === undefined ? "lower" : betterOf(target.kind, measure);
}

/** A first value is better than none; an equal one is no improvement, and neither is one that is not finite. */
export function isBetter(
  configuration: Pick<TrainConfiguration, "keep" | "outputs">,
  value: number | undefined,
  best: number | undefined,
): boolean {
  if (value === undefined || !Number.isFinite(value)) return false;
  if (best === undefined) return true;
  return keptBetter(configuration) === "lower" ? value < best : value > best;
}
