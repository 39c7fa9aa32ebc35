/** `metrics.json`: what the best weights came to. The checkpoint holds the same, so that the file can be written again. */

import { writeAtomically } from "../files/atomic-write.ts";
import type { OutputClasses, OutputValues } from "../metrics/output-metrics.ts";
import { isCount, isNumbers, isRecord } from "./weights-metadata.ts";

export interface BestMetrics {
  readonly network: string;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number | null;
  /** The images the metrics were measured on. */
  readonly measured_on: "validation" | "training";
  /** The measures of every output, and its part of the loss. */
  readonly outputs: OutputValues;
  /** Of the outputs that distinguish classes, class by class. */
  readonly classes: OutputClasses;
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
  isMeasure(value.loss) &&
  isOutputValues(value.outputs) &&
  isRecord(value.classes) &&
  Object.values(value.classes).every(isClassReport) &&
  isRecord(value.losses) &&
  isNumbers(Object.values(value.losses));

const isClassReport = (value: unknown): boolean =>
  isRecord(value) &&
  isCount(value.pixels) &&
  Array.isArray(value.classes) &&
  value.classes.every(
    (item) =>
      isRecord(item) &&
      typeof item.name === "string" &&
      isMeasure(item.iou) &&
      isMeasure(item.accuracy) &&
      [item.dice, item.boundary_f, item.hausdorff95].every((one) => one === undefined || isMeasure(one)) &&
      isCount(item.pixels),
  ) &&
  Array.isArray(value.confusion) &&
  value.confusion.every(isNumbers);

/** A finite number, or `null` where nothing was counted. */
export const isMeasure = (value: unknown): value is number | null => value === null || isNumbers([value]);

export const isOutputValues = (value: unknown): value is OutputValues =>
  isRecord(value) &&
  Object.values(value).every((values) => isRecord(values) && Object.values(values).every(isMeasure));
