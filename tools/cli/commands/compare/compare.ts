/** `fcn compare`: training runs side by side. */
import type { Command } from "commander";
import { readPath } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";

interface Options {
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
}

export function addCompare(program: Command, terminal: () => Terminal): void {
  program
    .command("compare")
    .description(
      "compare training runs: settings that differ, metrics, standard deviation over seeds, curves in one plot",
    )
    .argument("<runs...>", "folders of training runs (out/NETWORK, or their --out)")
    .option(
      "-o, --output <file>",
      "also write the curves (.svg) or the whole comparison (.html)",
      readPath("--output"),
    )
    .option("--force", "overwrite the output file")
    .option("--json", "print JSON")
    .action(async (runs: readonly string[], options: Options) => {
      const { runComparison } = await import("./run-comparison.ts");
      await runComparison(runs, options, terminal());
    });
}
