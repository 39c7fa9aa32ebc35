/** Metrics as a table for a person. */
import { measureLabel, measureUnit } from "../../../compiler/learning/targets/registry.ts";
import type { ClassReport } from "../../../runtime/metrics/confusion.ts";
import type { OutputClasses, OutputValues } from "../../../runtime/metrics/output-metrics.ts";
import { type Column, fitTable } from "../../../views/text/table.ts";
import { grouped, share } from "./numbers.ts";

/**
 * The measures of each output, and a table of its classes where it distinguishes any.
 * @param columns of the terminal; left out: it is not known
 */
export function metricsTable(
  {
    outputs,
    classes,
  }: {
    readonly outputs: OutputValues;
    readonly classes: OutputClasses;
  },
  columns?: number,
): string {
  const entries = Object.entries(outputs);
  const tables = entries.map(([name, values]) => {
    const report = classes[name];
    const line = `${entries.length === 1 ? "" : `${name}: `}${measuresInWords(values, columns)}`;
    return report === undefined ? line : `${line}\n\n${classesTable(report, columns)}\n`;
  });
  return tables.join("\n").trimEnd();
}

const mostColumns = 76;

/** "mean IoU 0.812   pixel accuracy 0.934", in as many lines as it takes. */
export function measuresInWords(values: OutputValues[string], columns?: number): string {
  const words = Object.entries(values).map(
    ([measure, value]) => `${measureLabel(measure)} ${measured(measure, value)}`,
  );
  return inLines(words, columns).join("\n");
}

/** As many in a line as it holds. */
export function inLines(words: readonly string[], columns = mostColumns): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = `${lines.at(-1)}   ${word}`;
    if (lines.length > 0 && longer.length <= Math.min(columns, mostColumns)) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}

/** "0.873", "4.2 px". */
export function measured(measure: string, value: number | null): string {
  return measureUnit(measure) === "px" ? inPixels(value) : share(value);
}

/** Measures of outlines only where they were measured. */
function classesTable({ classes }: ClassReport, columns?: number): string {
  const outlines = classes.some((one) => one.hausdorff95 !== undefined);
  const titles: readonly Column[] = [
    { title: "class", align: "left" },
    { title: "IoU", align: "right" },
    { title: "Dice", align: "right", drop: 3 },
    { title: "accuracy", align: "right", drop: 2 },
    ...(outlines ? outlineColumns : []),
    { title: "pixels", align: "right", drop: 1 },
  ];
  const rows = classes.map(({ name, iou, dice, accuracy, boundary_f = null, hausdorff95 = null, pixels }) => [
    name,
    share(iou),
    share(dice),
    share(accuracy),
    ...(outlines ? [share(boundary_f), inPixels(hausdorff95)] : []),
    grouped(pixels),
  ]);
  return fitTable(titles, rows, columns && columns - 2)
    .map((line) => `  ${line}`)
    .join("\n");
}

const outlineColumns: readonly Column[] = [
  { title: "boundary F", align: "right", drop: 4 },
  { title: "Hausdorff 95", align: "right", drop: 5 },
];

function inPixels(distance: number | null): string {
  return distance === null ? "–" : `${distance.toFixed(1)} px`;
}
