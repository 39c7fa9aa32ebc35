/** Which epoch's weights are the best, and what is written about them. */
import { readFile } from "node:fs/promises";
import type { KeepConfiguration, TrainConfiguration } from "../../compiler/train/configuration.ts";
import { betterWay } from "../../compiler/train/measures.ts";
import type { ConfusionMatrix } from "../metrics/confusion.ts";
import type { OutputValues } from "../metrics/metrics-by-output.ts";
import { UserError } from "../user-error.ts";
import { writeAtomically } from "../weights/atomic-write.ts";
import type { BestMetrics } from "./train-options.ts";

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

/** A first value is better than none; an equal one is no improvement. */
export function isBetter(
  { keep, outputs }: Pick<TrainConfiguration, "keep" | "outputs">,
  value: number | undefined,
  best: number | undefined,
): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  if (best === undefined) return true;
  const kindOf = (name: string) => outputs.find((output) => output.name === name)?.target.kind;
  return betterWay(keep.best, kindOf) === "lower" ? value < best : value > best;
}

export async function writeMetrics(file: string, metrics: BestMetrics): Promise<void> {
  await writeAtomically(file, [Buffer.from(`${JSON.stringify(metrics, undefined, 2)}\n`, "utf8")]);
}

/** @throws UserError when the file is gone or damaged. */
export async function readMetrics(file: string): Promise<BestMetrics> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as BestMetrics; // written by writeMetrics
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "start the run anew with --force",
    );
  }
}
