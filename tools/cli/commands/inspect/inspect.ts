/** `fcn inspect`: accepted sizes, output formula, parameters, and at a size the table of layers. */
import { type Command, Option } from "commander";
import { UserError } from "../../../../runtime/user-error.ts";
import type { LayerFormat } from "../../../../views/documents/layer-file.ts";
import { jsonText } from "../../console/json-text.ts";
import { nearOption, networkOption, readCount, setOption, sizeOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";

/** What `--ir` prints: the graph, or what it computes at a size and a batch. */
const forms = ["graph", "program", "training"] as const;

const layerFormats = ["markdown", "csv"] as const satisfies readonly LayerFormat[];

interface Options {
  readonly json?: true;
  readonly ir?: (typeof forms)[number];
  readonly batch?: number;
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
      new Option("--format <format>", "print only the table of layers, as Markdown or CSV")
        .choices(layerFormats)
        .conflicts(["json", "near"]),
    )
    .addOption(
      new Option(
        "--ir [form]",
        "print the graph after elaboration, one operation per line with every attribute; or, with --size, the tensor program of a prediction or of a training step",
      )
        .choices(forms)
        .preset("graph")
        .conflicts(["json", "near", "format"]),
    )
    .option("--batch <images>", "batch size of the tensor program (default: 1)", readCount("--batch", 1))
    .action((file: string, options: Options) => inspect(file, options, terminal()));
}

async function inspect(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { loadNetwork } = await import("../../program/load-network.ts");
  const { network } = await loadNetwork(file, options, terminal);
  if (options.ir !== "program" && options.ir !== "training" && options.batch !== undefined)
    throw new UsageError("--batch needs --ir program or --ir training", "leave it out");
  if (options.ir === "program" || options.ir === "training") {
    const { programText } = await import("./program-text.ts");
    terminal.print(programText(network, options.ir, options.size, options.batch ?? 1));
    return;
  }
  if (options.ir === "graph") {
    if (options.size !== undefined)
      throw new UsageError(
        "the graph does not depend on a size",
        "leave out --size, or print what it computes there: --ir program",
      );
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
