/** `metrics.json`: what the best weights came to. The checkpoint holds the same, so that the file can be written again. */

import { writeAtomically } from "../files/atomic-write.ts";
import type { MetricsJson } from "../metrics/confusion.ts";
import type { OutputValues } from "../metrics/metrics-by-output.ts";
import { isCount, isNumbers, isRecord } from "./weights-metadata.ts";

export interface BestMetrics extends MetricsJson {
  readonly network: string;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number | null;
  /** The images the metrics were measured on. */
  readonly measured_on: "validation" | "training";
  /** The measures of every output, and its part of the loss. The fields beside are the first output's with labels. */
  readonly outputs: OutputValues;
  readonly losses: Readonly<Record<string, number>>;
}

export function metricsText(metrics: BestMetrics): string {
  return `${JSON.stringify(metrics, undefined, 2)}\n`;
}

/** @throws UserError when the file cannot be written. */
export async function writeMetrics(file: string, metrics: BestMetrics): Promise<void> {
  await writeAtomically(file, [Buffer.from(metricsText(metrics), "utf8")]);
}

export const isBestMetrics = (value: unknown): value is BestMetrics =>
  isRecord(value) &&
  typeof value.network === "string" &&
  isCount(value.epoch) &&
  isCount(value.step) &&
  (value.measured_on === "validation" || value.measured_on === "training") &&
  [value.loss, value.pixel_accuracy, value.mean_accuracy, value.mean_iou, value.frequency_weighted_iou].every(
    isMeasure,
  ) &&
  isCount(value.pixels) &&
  Array.isArray(value.classes) &&
  value.classes.every(
    (item) =>
      isRecord(item) &&
      typeof item.name === "string" &&
      isMeasure(item.iou) &&
      isMeasure(item.accuracy) &&
      isCount(item.pixels),
  ) &&
  Array.isArray(value.confusion) &&
  value.confusion.every(isNumbers) &&
  isOutputValues(value.outputs) &&
  isRecord(value.losses) &&
  isNumbers(Object.values(value.losses));

/** A finite number, or `null` where nothing was counted. */
export const isMeasure = (value: unknown): value is number | null => value === null || isNumbers([value]);

export const isOutputValues = (value: unknown): value is OutputValues =>
  isRecord(value) &&
  Object.values(value).every((values) => isRecord(values) && Object.values(values).every(isMeasure));
