/** `fcn predict`: label images, overlays and probabilities for images of any size. */
import { type Command, Option } from "commander";
import { addFieldOptions } from "../crf-options.ts";
import {
  collectInput,
  engineOption,
  maxPixelsOption,
  networkOption,
  readPath,
  setOption,
} from "../options.ts";
import type { PredictCommand } from "../run-prediction.ts";
import type { Terminal } from "../terminal.ts";
import { addWeightsOptions, classesOption } from "../weights-options.ts";

interface Options extends Omit<PredictCommand, "inputs"> {
  readonly input?: ReadonlyMap<string, string>;
}

export function addPredict(program: Command, terminal: () => Terminal): void {
  const command = program
    .command("predict")
    .description("label images of any size with trained weights")
    .argument("<file>", "the program (.fcn) they were trained from")
    .argument("<image...>", 'images, folders of them, and patterns in quotes: "scans/**/*.tif"')
    .requiredOption("--weights <file>", "weights.safetensors of a training run, or of another program")
    .requiredOption("--out <dir>", "where NAME.labels.png and NAME.overlay.png go", readPath("--out"))
    .option("--probabilities", "also NAME.probability-CLASS.png: grey of 16 bits, 65535 is one")
    .addOption(
      new Option(
        "--input <name=dir>",
        "a folder with an image of the same name for each image, for a further input; may be repeated",
      ).argParser(collectInput),
    )
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(classesOption())
    .addOption(engineOption());
  addWeightsOptions(command);
  addFieldOptions(
    command,
    "refine by a fully connected conditional random field over the image's colours",
  ).action(async (file: string, images: readonly string[], { input, ...options }: Options) => {
    const { runPrediction } = await import("../run-prediction.ts");
    await runPrediction(file, images, { ...options, inputs: input }, terminal());
  });
}
