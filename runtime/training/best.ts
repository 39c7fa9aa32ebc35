/** Which epoch's weights are the best, and what is written about them. */
import { readFile } from "node:fs/promises";
import type { KeepConfiguration } from "../../compiler/train/configuration.ts";
import type { ConfusionMatrix } from "../metrics/confusion.ts";
import { UserError } from "../user-error.ts";
import { writeAtomically } from "../weights/atomic-write.ts";
import type { BestMetrics } from "./train-options.ts";

/** The value of the metric the run keeps; `undefined` when nothing was counted. */
export function keptValue(
  keep: KeepConfiguration,
  confusion: ConfusionMatrix,
  loss: number | undefined,
): number | undefined {
  const value = {
    mean_iou: confusion.meanIoU(),
    pixel_accuracy: confusion.pixelAccuracy(),
    loss: loss ?? null,
  }[keep.best];
  return value ?? undefined;
}

/** A first value is better than none; an equal one is no gain. */
export function isBetter(
  keep: KeepConfiguration,
  value: number | undefined,
  best: number | undefined,
): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  if (best === undefined) return true;
  return keep.best === "loss" ? value < best : value > best;
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
