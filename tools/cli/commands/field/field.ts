/** `fcn field`: the effective receptive field, measured from gradients. */
import type { Command } from "commander";
import { jsonText } from "../../console/json-text.ts";
import {
  engineOption,
  namedOtherwise,
  networkOption,
  positionOption,
  readCount,
  readPath,
  setOption,
  sizeOption,
  threadsOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import type { AskedEngine } from "../../program/chosen-engine.ts";

interface Options {
  readonly weights?: string;
  readonly map?: string;
  readonly network?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly size?: readonly [height: number, width: number];
  readonly position?: readonly [row: number, column: number];
  readonly images: number;
  readonly seed: number;
  readonly engine: AskedEngine;
  readonly output?: string;
  readonly json?: true;
}

export function addField(program: Command, terminal: () => Terminal): void {
  program
    .command("field")
    .description(
      "measure the effective receptive field from gradients, and compare it with the theoretical one",
    )
    .argument("<file>", "a program (.fcn)")
    .option("--weights <file>", "trained weights (default: initial weights from the seed)")
    .option("--map <name>", "the feature map (default: the first output, before softmax or sigmoid)")
    .addOption(positionOption())
    .addOption(namedOtherwise("--cell <Y,X>", "--position"))
    .addOption(sizeOption())
    .option("--images <count>", "number of random inputs to average over", readCount("--images", 1), 20)
    .option("--seed <number>", "random seed of the inputs and the initial weights", readCount("--seed", 0), 1)
    .option("-o, --output <file>", "write a heat map (.svg or .png)", readPath("--output"))
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(engineOption())
    .addOption(threadsOption())
    .option("--json", "print JSON")
    .action((file: string, options: Options) => field(file, options, terminal()));
}

async function field(file: string, options: Options, terminal: Terminal): Promise<void> {
  const { checkOutputFile } = await import("../../../../runtime/files/output-place.ts");
  if (options.output !== undefined) await checkOutputFile(options.output);
  const [{ loadNetwork }, { loadTrained }, { chosenEngine }, { fieldLines, measureField }] =
    await Promise.all([
      import("../../program/load-network.ts"),
      import("../../program/load-trained.ts"),
      import("../../program/chosen-engine.ts"),
      import("../../field/measure-field.ts"),
    ]);
  const { weights } = options;
  const trained =
    weights === undefined
      ? undefined
      : await loadTrained(file, { network: options.network, set: options.set, weights }, terminal);
  const { network } = trained ?? (await loadNetwork(file, options, terminal));
  const { engine } = await chosenEngine(options.engine, terminal);
  const measured = await measureField(network, engine, trained?.trained.weights, options);
  if (options.json) {
    terminal.print(jsonText(measured));
    return;
  }
  const lines = fieldLines(measured, trained !== undefined, options.output !== undefined).map(
    (line) => `  ${line}`,
  );
  terminal.print([`${measured.network}: ${measured.map}`, ...lines].join("\n"));
  if (options.output !== undefined) terminal.note(`drawn to ${options.output}`);
}
