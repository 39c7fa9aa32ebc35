/** Metrics as a table for a person. */
import { measureLabel } from "../../../compiler/learning/targets/registry.ts";
import type { ClassReport } from "../../../runtime/metrics/confusion.ts";
import type { OutputClasses, OutputValues } from "../../../runtime/metrics/output-metrics.ts";
import { grouped, percent, share } from "./numbers.ts";

/** The measures of each output, and a table of its classes where it distinguishes any. */
export function metricsTable({
  outputs,
  classes,
}: {
  readonly outputs: OutputValues;
  readonly classes: OutputClasses;
}): string {
  const entries = Object.entries(outputs);
  const tables = entries.map(([name, values]) => {
    const report = classes[name];
    const line = `${entries.length === 1 ? "" : `${name}: `}${measuresInWords(values)}`;
    return report === undefined ? line : `${line}\n\n${classesTable(report)}\n`;
  });
  return tables.join("\n").trimEnd();
}

/** "mean IoU 0.812   pixel accuracy 0.934". */
export function measuresInWords(values: OutputValues[string]): string {
  return Object.entries(values)
    .map(([measure, value]) => `${measureLabel(measure)} ${share(value)}`)
    .join("   ");
}

function classesTable({ classes }: ClassReport): string {
  const width = Math.max("class".length, ...classes.map(({ name }) => name.length));
  const row = (name: string, iou: string, accuracy: string, pixels: string) =>
    `  ${name.padEnd(width)}  ${iou.padStart(6)}  ${accuracy.padStart(8)}  ${pixels.padStart(12)}`;
  return [
    row("class", "IoU", "accuracy", "pixels"),
    ...classes.map(({ name, iou, accuracy, pixels }) =>
      row(name, share(iou), percent(accuracy), grouped(pixels)),
    ),
  ].join("\n");
}
