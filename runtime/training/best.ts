/** Which epoch's weights are the best. */
import type { KeepConfiguration, TrainConfiguration } from "../../compiler/learning/configuration.ts";
import { betterWay } from "../../compiler/learning/measures.ts";
import type { ConfusionMatrix } from "../metrics/confusion.ts";
import type { OutputValues } from "../metrics/metrics-by-output.ts";

/** What a validation, or the training batches where there is none, came to. */
export interface Measures {
  readonly confusion: ConfusionMatrix;
  readonly outputs: OutputValues;
  readonly loss: number | undefined;
  readonly losses: Readonly<Record<string, number>>;
}

/** The value of the metric the run keeps; `undefined` when nothing was counted. */
export function keptValue(
  { best }: KeepConfiguration,
  { confusion, outputs, loss, losses }: Measures,
): number | undefined {
  const [output = "", measure] = best.split(".");
  if (measure === "loss") return losses[output];
  if (measure !== undefined) return outputs[output]?.[measure] ?? undefined;
  if (best === "loss") return loss;
  return (best === "mean_iou" ? confusion.meanIoU() : confusion.pixelAccuracy()) ?? undefined;
}

/** A first value is better than none; an equal one is no improvement, and neither is one that is not finite. */
export function isBetter(
  { keep, outputs }: Pick<TrainConfiguration, "keep" | "outputs">,
  value: number | undefined,
  best: number | undefined,
): boolean {
  if (value === undefined || !Number.isFinite(value)) return false;
  if (best === undefined) return true;
  const kindOf = (name: string) => outputs.find((output) => output.name === name)?.target.kind;
  return betterWay(keep.best, kindOf) === "lower" ? value < best : value > best;
}
