/** `fcn diff`: what changed from one network to another, and which weights of the one fit the other. */
import type { Command } from "commander";
import { networkOption, setOption, sizeOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";

interface Options {
  readonly json?: true;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
}

export function addDiff(program: Command, terminal: () => Terminal): void {
  program
    .command("diff")
    .description("compare two networks: sizes, cost, layers, and the weights that fit both")
    .argument("<before>", "a program (.fcn)")
    .argument("<after>", "another program, or the same one")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .option("--json", "print JSON")
    .action(async (before: string, after: string, options: Options) => {
      const { runDiff } = await import("./run-diff.ts");
      await runDiff(before, after, options, terminal());
    });
}
