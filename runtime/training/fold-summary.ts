/** `folds.json`: what the best weights of every fold came to, with mean and deviation of each measure. */
import { writeAtomically } from "../files/atomic-write.ts";
import type { BestMetrics } from "./best-metrics.ts";

export interface FoldSummary {
  readonly format: "fcn-folds-1";
  readonly network: string;
  readonly folds: readonly FoldResult[];
  /** Over the folds that have a value, by the name of the measure: "loss", "labels.mean_iou". */
  readonly measures: Readonly<Record<string, Spread>>;
}

export interface FoldResult {
  readonly fold: number;
  /** The best one; `null`: the run had no epoch that could be the best. */
  readonly epoch: number | null;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface Spread {
  readonly mean: number;
  /** Of a sample, with n − 1; `null` for one value. */
  readonly deviation: number | null;
  readonly count: number;
}

/** @param best of the folds in their order */
export function foldSummary(network: string, best: readonly (BestMetrics | undefined)[]): FoldSummary {
  const folds = best.map((metrics, place): FoldResult => {
    const values = metrics === undefined ? {} : valuesOf(metrics);
    return { fold: place + 1, epoch: metrics?.epoch ?? null, values };
  });
  const names = [...new Set(folds.flatMap(({ values }) => Object.keys(values)))];
  const measures = names.flatMap((name) => {
    const spread = spreadOf(folds.flatMap(({ values }) => values[name] ?? []));
    return spread === undefined ? [] : [[name, spread] as const];
  });
  return { format: "fcn-folds-1", network, folds, measures: Object.fromEntries(measures) };
}

export function valuesOf({ loss, outputs }: Pick<BestMetrics, "loss" | "outputs">): FoldResult["values"] {
  const measured = Object.entries(outputs).flatMap(([output, values]) =>
    Object.entries(values).map(([name, value]) => [`${output}.${name}`, value] as const),
  );
  return Object.fromEntries([["loss", loss] as const, ...measured]);
}

/** `undefined` for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)), count };
}

/** @throws UserError when the file cannot be written. */
export async function writeFoldSummary(file: string, summary: FoldSummary): Promise<void> {
  await writeAtomically(file, [Buffer.from(`${JSON.stringify(summary, undefined, 2)}\n`, "utf8")]);
}
