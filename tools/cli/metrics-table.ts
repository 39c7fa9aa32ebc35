/** Metrics as a table for a person. */
import type { MetricsJson } from "../../runtime/metrics/confusion.ts";
import { grouped, percent, share } from "./numbers.ts";

export function metricsTable(metrics: MetricsJson): string {
  const width = Math.max("class".length, ...metrics.classes.map(({ name }) => name.length));
  const row = (name: string, iou: string, accuracy: string, pixels: string) =>
    `  ${name.padEnd(width)}  ${iou.padStart(6)}  ${accuracy.padStart(8)}  ${pixels.padStart(12)}`;
  return [
    `mean IoU ${share(metrics.mean_iou)}   frequency-weighted IoU ${share(metrics.frequency_weighted_iou)}   ` +
      `pixel accuracy ${percent(metrics.pixel_accuracy)}   mean accuracy ${percent(metrics.mean_accuracy)}`,
    "",
    row("class", "IoU", "accuracy", "pixels"),
    ...metrics.classes.map(({ name, iou, accuracy, pixels }) =>
      row(name, share(iou), percent(accuracy), grouped(pixels)),
    ),
  ].join("\n");
}
