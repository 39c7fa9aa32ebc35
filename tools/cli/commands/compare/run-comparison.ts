/** Compares runs as `fcn compare` does. */
import { extname } from "node:path";
import { compareRuns } from "../../../../runtime/training/compare/compare-runs.ts";
import { comparisonPage, comparisonSvg } from "../../../../runtime/training/compare/comparison-page.ts";
import { type FinishedRun, readRun } from "../../../../runtime/training/compare/read-run.ts";
import { jsonText } from "../../console/json-text.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { writeFiles } from "../../console/write-files.ts";
import { comparisonText } from "./comparison-text.ts";

export interface CompareCommand {
  readonly output?: string | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** @throws UserError when a folder is no run, or the output cannot be written */
export async function runComparison(
  paths: readonly string[],
  { output, force, json }: CompareCommand,
  terminal: Terminal,
): Promise<void> {
  if (paths.length < 2)
    throw new UsageError(`${paths.join()}: a single run cannot be compared`, "give two or more runs");
  const kind = output === undefined ? undefined : extname(output).toLowerCase();
  if (output !== undefined && kind !== ".svg" && kind !== ".html")
    throw new UsageError(`--output ${output}: the name must end in .svg or .html`);
  const runs: FinishedRun[] = [];
  for (const path of paths) runs.push(await readRun(path.replace(/(?<=.)[\\/]+$/, "")));
  const comparison = compareRuns(runs);
  terminal.print(json ? jsonText(comparison) : comparisonText(comparison));
  if (output === undefined) return;
  const text = kind === ".svg" ? comparisonSvg(runs) : comparisonPage(comparison, runs);
  await writeFiles(new Map([[output, Buffer.from(text, "utf8")]]), force === true);
  terminal.note(`wrote ${output}`);
}
