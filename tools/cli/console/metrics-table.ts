/** Metrics as a table for a person. */
import type { MetricsJson } from "../../../runtime/metrics/confusion.ts";
import type { OutputValues } from "../../../runtime/metrics/metrics-by-output.ts";
import { grouped, percent, share } from "./numbers.ts";

export function metricsTable(metrics: MetricsJson & { readonly outputs?: OutputValues }): string {
  const others = Object.entries(metrics.outputs ?? {}).map(
    ([name, values]) => `${name}: ${measuresInWords(values)}`,
  );
  if (metrics.classes.length === 0) return others.join("\n");
  const table = classesTable(metrics);
  return others.length <= 1 ? table : [table, "", ...others].join("\n");
}

/** "rel 0.1234  rms 0.5678". */
export function measuresInWords(values: OutputValues[string]): string {
  return Object.entries(values)
    .map(([measure, value]) => `${measure} ${value === null ? "–" : value.toFixed(4)}`)
    .join("  ");
}

function classesTable(metrics: MetricsJson): string {
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
