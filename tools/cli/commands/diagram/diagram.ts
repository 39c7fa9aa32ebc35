/** `fcn diagram`: the figure of a network. */
import { type Command, Option } from "commander";
import { cellOption, networkOption, readPath, setOption, sizeOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";

interface Options {
  readonly output?: string;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
  readonly fold?: true;
  readonly field?: string;
  readonly cell?: readonly [row: number, column: number];
}

export function addDiagram(program: Command, terminal: () => Terminal): void {
  program
    .command("diagram")
    .description("draw a network: one row per resolution, encoder on the left, decoder on the right")
    .argument("<file>", "a program (.fcn)")
    .option(
      "-o, --output <file>",
      "output file: .svg, .png, .pdf or .dot (default: NETWORK.svg)",
      readPath("--output"),
    )
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .addOption(new Option("--fold", "draw repeated blocks once").conflicts("field"))
    .option(
      "--field <name>",
      "draw the receptive field of one position of this feature map, not the network (.svg or .png)",
    )
    .addOption(cellOption())
    .action((file: string, options: Options) => diagram(file, options, terminal()));
}

async function diagram(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { checkOutputFile } = await import("../../../../runtime/files/output-place.ts");
  if (options.output !== undefined) await checkOutputFile(options.output);
  if (options.field !== undefined) {
    const { drawFieldTo } = await import("../../field/draw-field.ts");
    const { loadNetwork } = await import("../../program/load-network.ts");
    const { network } = await loadNetwork(file, options, terminal);
    terminal.note(await drawFieldTo(network, { ...options, field: options.field }));
    return;
  }
  if (options.cell !== undefined) {
    throw new UsageError(
      "--cell selects a position for --field, and --field is not given",
      "add --field NAME",
    );
  }
  const { drawTo, formatOf } = await import("./run-diagram.ts");
  if (options.output !== undefined) formatOf(options.output);
  const { loadNetwork } = await import("../../program/load-network.ts");
  const loaded = await loadNetwork(file, options, terminal);
  const { network } = loaded;
  const output = options.output ?? `${network.name}.svg`;
  await checkOutputFile(output);
  await drawTo(output, loaded, options);
  terminal.note(`${network.name} drawn to ${output}`);
}
