/** `fcn cost`: MACs and memory at a size and batch, layer by layer, before anything is run. */
import type { Command } from "commander";
import {
  engineOption,
  memoryOption,
  networkOption,
  readCount,
  setOption,
  sizeOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { AskedEngine } from "../../program/chosen-engine.ts";

interface Options {
  readonly json?: true;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size: readonly [height: number, width: number];
  readonly batch?: number;
  readonly engine: AskedEngine;
  readonly memory?: number;
  readonly time?: true;
}

export function addCost(program: Command, terminal: () => Terminal): void {
  program
    .command("cost")
    .description(
      "show MACs and memory of inference and training at an input and batch size, and the largest batch that fits",
    )
    .argument("<file>", "a program (.fcn)")
    .addOption(sizeOption().makeOptionMandatory())
    .option("--batch <images>", "batch size (default: from the train section)", readCount("--batch", 1))
    .addOption(memoryOption())
    .addOption(engineOption())
    .addOption(networkOption())
    .addOption(setOption())
    .option("--time", "also estimate the time, by running a small network on the engine")
    .option("--json", "print JSON")
    .action(async (file: string, options: Options) => {
      const { runCost } = await import("./run-cost.ts");
      await runCost(file, options, terminal());
    });
}
