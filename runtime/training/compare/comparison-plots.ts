/** The curves of several runs in one plot each: their losses and measures by epoch. */
import { classPalette } from "../../../compiler/colour/class-palette.ts";
import { isShare, measureLabel } from "../../../compiler/learning/targets/registry.ts";
import type { EpochLine } from "../metrics-log.ts";
import type { PlotOptions, Series } from "../report/line-plot.ts";
import { schemeColour } from "../report/scheme-colour.ts";
import type { FinishedRun } from "./read-run.ts";

/** The loss first, then every measure that a run has; the same run has the same colour everywhere. */
export function comparisonPlots(runs: readonly FinishedRun[]): readonly PlotOptions[] {
  const palette = classPalette(runs.length + 1).slice(1);
  const epochs = runs.map(({ log }) => log.filter((line): line is EpochLine => line.kind === "epoch"));
  const plot = (
    title: string,
    y: (line: EpochLine) => number | null,
    yDomain?: readonly [number, number],
  ) => ({
    title,
    xLabel: "epoch",
    series: runs.map(
      ({ path }, i): Series => ({
        name: path,
        colour: schemeColour(palette[i]),
        points: (epochs[i] ?? []).map((line) => ({ x: line.epoch, y: y(line) ?? Number.NaN })),
      }),
    ),
    ...(yDomain && { yDomain }),
  });
  const measures = new Map<string, readonly [output: string, measure: string]>();
  for (const line of epochs.flat())
    for (const [output, values] of Object.entries(line.outputs))
      for (const measure of Object.keys(values)) measures.set(`${output} ${measure}`, [output, measure]);
  return [
    plot("Training loss", (line) => line.loss),
    ...(epochs.flat().some((line) => line.validation_loss !== null)
      ? [plot("Validation loss", (line) => line.validation_loss)]
      : []),
    ...[...measures.values()].map(([output, measure]) =>
      plot(
        `${output}: ${measureLabel(measure)}`,
        (line) => line.outputs[output]?.[measure] ?? null,
        isShare(measure) ? [0, 1] : undefined,
      ),
    ),
  ];
}
