/** `fcn diagram`: the figure of a network. */
import type { Command } from "commander";
import { networkOption, setOption, sizeOption } from "../options.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly output?: string;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
  readonly fold?: true;
}

export function addDiagram(program: Command, terminal: () => Terminal): void {
  program
    .command("diagram")
    .description("draw a network: one rank for each resolution, encoder left, decoder right")
    .argument("<file>", "a program (.fcn)")
    .option("-o, --output <file>", "where to: .svg, .png, .pdf or .dot (default: NETWORK.svg)")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .option("--fold", "draw repeated blocks once")
    .action((file: string, options: Options) => diagram(file, options, terminal()));
}

async function diagram(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { drawTo, formatOf } = await import("../run-diagram.ts");
  if (options.output !== undefined) formatOf(options.output);
  const { loadNetwork } = await import("../load-network.ts");
  const { network } = await loadNetwork(file, options, terminal);
  const output = options.output ?? `${network.name}.svg`;
  await drawTo(output, network, options);
  terminal.note(`${network.name} drawn to ${output}`);
}
