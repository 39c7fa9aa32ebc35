/** `fcn sweep`: trains a network for each combination of settings that its train section sweeps over. */
import type { Command } from "commander";
import {
  checkpointIntervalOption,
  dataOption,
  engineOption,
  epochsOption,
  maxPixelsOption,
  networkOption,
  readCount,
  readPath,
  setOption,
  threadsOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { SweepCommand } from "./run-sweep.ts";

export function addSweep(program: Command, terminal: () => Terminal): void {
  program
    .command("sweep")
    .description("train the trials of the train section's `sweep`; --resume continues after a stop")
    .argument("<file>", "a program (.fcn) with a sweep in its train section")
    .addOption(networkOption())
    .addOption(setOption())
    .option("--list", "print the trials without training")
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(epochsOption())
    .option("--seed <n>", "random seed of every trial's training", readCount("--seed", 0))
    .option(
      "--out <dir>",
      "output folder: trial-001 …, sweep.json, sweep.csv, sweep.svg (default: out/NETWORK-sweep)",
      readPath("--out"),
    )
    .option(
      "--resume",
      "continue the sweep in --out: finished trials are kept, others are resumed or started",
    )
    .addOption(checkpointIntervalOption())
    .action(async (file: string, options: SweepCommand) => {
      const { runSweep } = await import("./run-sweep.ts");
      await runSweep(file, options, terminal());
    });
}
