/** Metrics as a table for a person. */
import { measureLabel, measureUnit } from "../../../compiler/learning/targets/registry.ts";
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

const mostColumns = 76;

/** "mean IoU 0.812   pixel accuracy 0.934", in as many lines as it takes. */
export function measuresInWords(values: OutputValues[string]): string {
  const words = Object.entries(values).map(
    ([measure, value]) => `${measureLabel(measure)} ${measured(measure, value)}`,
  );
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)}   ${word}`;
    if (lines.length > 0 && longer.length <= mostColumns) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines.join("\n");
}

/** "0.873", "4.2 px". */
export function measured(measure: string, value: number | null): string {
  return measureUnit(measure) === "px" ? inPixels(value) : share(value);
}

/** Measures of outlines only where they were measured. */
function classesTable({ classes }: ClassReport): string {
  const outlines = classes.some((one) => one.hausdorff95 !== undefined);
  const rows = [
    ["class", "IoU", "Dice", "accuracy", ...(outlines ? ["boundary F", "Hausdorff 95"] : []), "pixels"],
    ...classes.map(({ name, iou, dice, accuracy, boundary_f = null, hausdorff95 = null, pixels }) => [
      name,
      share(iou),
      share(dice),
      percent(accuracy),
      ...(outlines ? [share(boundary_f), inPixels(hausdorff95)] : []),
      grouped(pixels),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      );
      return `  ${cells.join("  ")}`;
    })
    .join("\n");
}

function inPixels(distance: number | null): string {
  return distance === null ? "–" : `${distance.toFixed(1)} px`;
}
