/** `fcn inspect`: accepted sizes, output formula, parameters, and at a size the table of layers. */
import { type Command, Option } from "commander";
import { UserError } from "../../../../runtime/user-error.ts";
import type { LayerFormat } from "../../../../views/documents/layer-file.ts";
import { jsonText } from "../../console/json-text.ts";
import { nearOption, networkOption, setOption, sizeOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";

const layerFormats = ["markdown", "csv"] as const satisfies readonly LayerFormat[];

interface Options {
  readonly json?: true;
  readonly ir?: true;
  readonly format?: LayerFormat;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
  readonly near?: ReadonlyMap<string, readonly [height: number, width: number]>;
}

export function addInspect(program: Command, terminal: () => Terminal): void {
  program
    .command("inspect")
    .description("show accepted input sizes, output size and parameters; with --size, the table of layers")
    .argument("<file>", "a program (.fcn)")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .addOption(nearOption().conflicts("size"))
    .option("--json", "print JSON")
    .addOption(
      new Option("--format <format>", "print only the table of layers, for a document or a spreadsheet")
        .choices(layerFormats)
        .conflicts(["json", "near"]),
    )
    .addOption(
      new Option(
        "--ir",
        "print the graph after elaboration, one operation a line with every attribute",
      ).conflicts(["json", "near", "size", "format"]),
    )
    .action((file: string, options: Options) => inspect(file, options, terminal()));
}

async function inspect(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { loadNetwork } = await import("../../program/load-network.ts");
  const { network } = await loadNetwork(file, options, terminal);
  if (options.ir === true) {
    const { printGraph } = await import("../../../../compiler/network/print.ts");
    terminal.print(printGraph(network.graph).trimEnd());
    return;
  }
  if (options.near !== undefined) {
    const { showNear } = await import("./show-near.ts");
    showNear(network, options.near, options.json === true, terminal);
    return;
  }
  if (!options.json && options.format === undefined) {
    const { showInspection } = await import("./show-inspection.ts");
    showInspection(network, options.size, terminal);
    return;
  }
  const { inspectNetwork } = await import("../../../../compiler/analyses/inspect/inspect.ts");
  const inspection = inspectNetwork(network, options.size);
  if ("kind" in inspection) throw new UserError(inspection.message);
  if (options.format === undefined) {
    terminal.print(jsonText(inspection));
    return;
  }
  const { layerFile } = await import("../../../../views/documents/layer-file.ts");
  terminal.print(layerFile(inspection, options.format));
}
