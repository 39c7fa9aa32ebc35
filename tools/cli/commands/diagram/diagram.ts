/** `fcn diagram`: the figure of a network. */
import { type Command, Option } from "commander";
import {
  namedOtherwise,
  networkOption,
  positionOption,
  readPath,
  setOption,
  sizeOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { readFold, readPageWidth } from "./page-width.ts";

interface Options {
  readonly output?: string;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
  readonly fold?: number | "all" | true;
  readonly open?: readonly string[];
  readonly width?: number;
  readonly title?: string;
  readonly legend?: "yes" | "no";
  readonly sizes?: "yes" | "no";
  readonly style: "flat" | "blocks";
  readonly colors: "light" | "dark" | "print";
  readonly field?: string;
  readonly position?: readonly [row: number, column: number];
}

export function addDiagram(program: Command, terminal: () => Terminal): void {
  program
    .command("diagram")
    .description("draw a network: one row per resolution, encoder on the left, decoder on the right")
    .argument("<file>", "a program (.fcn)")
    .option(
      "-o, --output <file>",
      "output file: .svg, .png, .pdf, .tex (LaTeX, TikZ) or .dot (default: NETWORK.svg)",
      readPath("--output"),
    )
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(sizeOption())
    .addOption(
      new Option(
        "--fold [levels]",
        "draw block calls as single boxes: this many innermost levels of them, or all (without a value: 1)",
      )
        .argParser(readFold)
        .conflicts("field"),
    )
    .addOption(
      new Option("--open <block>", "draw the inside of calls of this block all the same; may be repeated")
        .argParser((name: string, before: readonly string[] | undefined) => [...(before ?? []), name])
        .conflicts("field"),
    )
    .addOption(
      new Option(
        "--width <length>",
        "width of the page, e.g. 3.25in or 86mm: chooses a folding that fits, with no text under 6 pt; 10in and more: a slide",
      )
        .argParser(readPageWidth)
        .conflicts("field"),
    )
    .option("--title <text>", "title above the figure; empty for none")
    .addOption(new Option("--legend <yes|no>", "whether to add a legend").choices(["yes", "no"]))
    .addOption(
      new Option("--sizes <yes|no>", "whether to write height and width under feature maps").choices([
        "yes",
        "no",
      ]),
    )
    .addOption(
      new Option("--style <style>", "flat boxes, or blocks in perspective")
        .choices(["flat", "blocks"])
        .default("flat"),
    )
    .addOption(
      new Option("--colors <theme>", "colour theme; print is black and white")
        .choices(["light", "dark", "print"])
        .default("light"),
    )
    .option(
      "--field <name>",
      "draw the receptive field of one position of this feature map, not the network (.svg or .png)",
    )
    .addOption(positionOption())
    .addOption(namedOtherwise("--cell <Y,X>", "--position"))
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
  if (options.position !== undefined) {
    throw new UsageError(
      "--position selects a position for --field, and --field is not given",
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
  const { fold, open, width, title, legend, sizes } = options;
  await drawTo(output, loaded, {
    size: options.size,
    ...(fold === undefined ? {} : { fold: fold === true ? 1 : fold }),
    ...(open === undefined ? {} : { open }),
    ...(width === undefined ? {} : { width }),
    ...(title === undefined ? {} : { title }),
    ...(legend === undefined ? {} : { legend: legend === "yes" }),
    ...(sizes === undefined ? {} : { showSizes: sizes === "yes" }),
    blocks: options.style === "blocks",
    theme: options.colors,
  });
  terminal.note(`${network.name} drawn to ${output}`);
}
