/** `fcn train --folds 5`: a run for each fold, one after the other, and their summary. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type FoldSummary,
  foldSummary,
  writeFoldSummary,
} from "../../../../runtime/training/fold-summary.ts";
import { runFolder } from "../../../../runtime/training/run-folder.ts";
import { fitTable } from "../../../../views/text/table.ts";
import type { Terminal } from "../../console/terminal.ts";
import { loadNetwork } from "../../program/load-network.ts";
import { foldFolder, usualFolder } from "./run-place.ts";
import { runTraining, type TrainCommand } from "./run-training.ts";

/**
 * Leaves a run in `fold-1`, `fold-2` … of the folder, and there `folds.json`. With --resume, runs that are there are resumed, and those
 * that are missing started.
 * @throws as `runTraining`, at the first fold that fails or is interrupted
 */
export async function runFolds(
  file: string,
  command: TrainCommand & { readonly folds: number },
  terminal: Terminal,
): Promise<FoldSummary> {
  const { folds: of, ...rest } = command;
  const { network } = await loadNetwork(file, command, terminal, ({ train }) => train !== undefined);
  const out = command.out ?? usualFolder(network.name);
  const best = [];
  for (let fold = 1; fold <= of; fold++) {
    terminal.note(`fold ${fold} of ${of}`);
    const started = existsSync(runFolder(foldFolder(out, { fold, of })).checkpoint);
    const resume = command.resume === true && started;
    const result = await runTraining(file, { ...rest, out, fold: { fold, of }, resume }, terminal);
    best.push(result.best);
  }
  const summary = foldSummary(network.name, best);
  const path = join(out, "folds.json");
  await writeFoldSummary(path, summary);
  for (const line of foldTable(summary, terminal.columns)) terminal.print(line);
  terminal.print(`summary  ${path}`);
  return summary;
}

/** A row for each fold, then mean and deviation; where it is too wide, without the last measures. */
export function foldTable({ folds, measures }: FoldSummary, width?: number): readonly string[] {
  const names = Object.keys(measures);
  const inText = (value: number | null | undefined) => value?.toFixed(4) ?? "–";
  return fitTable(
    [
      { title: "fold", align: "left" },
      { title: "best epoch", align: "right" },
      ...names.map((title, place) => ({ title, align: "right", drop: names.length - place }) as const),
    ],
    [
      ...folds.map(({ fold, epoch, values }) => [
        String(fold),
        epoch === null ? "–" : String(epoch),
        ...names.map((name) => inText(values[name])),
      ]),
      ["mean", "", ...names.map((name) => inText(measures[name]?.mean))],
      ["std", "", ...names.map((name) => inText(measures[name]?.deviation))],
    ],
    width,
  );
}
