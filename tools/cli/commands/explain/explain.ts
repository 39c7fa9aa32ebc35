/** `fcn explain`: how a feature map is computed, and which operation imposes which condition on the input's size. */
import type { Command } from "commander";
import { networkOption, setOption, sizeOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { ExplainOptions } from "./run-explain.ts";

export function addExplain(program: Command, terminal: () => Terminal): void {
  program
    .command("explain")
    .description(
      "trace a feature map back to the input: sizes, stride, offset, receptive field, size conditions",
    )
    .argument("<file>", "a program (.fcn)")
    .argument("[map]", "an output, a label or an operation (default: list all names)")
    .argument("[other]", "a second feature map: show the offset between the two")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .option("--json", "print JSON")
    .action((file: string, map: string | undefined, other: string | undefined, options: ExplainOptions) =>
      explain(file, [map, other], options, terminal()),
    );
}

async function explain(
  file: string,
  maps: readonly (string | undefined)[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<void> {
  const { runExplain } = await import("./run-explain.ts");
  await runExplain(
    file,
    maps.filter((name) => name !== undefined),
    options,
    terminal,
  );
}
