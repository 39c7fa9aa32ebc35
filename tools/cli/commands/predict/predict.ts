/** `fcn predict`: label images, overlays and probabilities for images of any size. */
import { type Command, Option } from "commander";
import {
  collectInput,
  engineOrTorchOption,
  maxPixelsOption,
  networkOption,
  predictionMemoryOption,
  pythonOption,
  readPath,
  setOption,
  threadsOption,
  tilesOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { addAugmentationOptions } from "../../program/augmentation-options.ts";
import { addFieldOptions } from "../../program/crf-options.ts";
import { addEnsembleOption, addWeightsOptions, classesOption } from "../../program/weights-options.ts";
import { addOutputOptions } from "./output-options.ts";
import type { PredictCommand } from "./predict-command.ts";

interface Options extends Omit<PredictCommand, "inputs"> {
  readonly input?: ReadonlyMap<string, string>;
}

export function addPredict(program: Command, terminal: () => Terminal): void {
  const command = program
    .command("predict")
    .description("predict on images of any size with trained weights")
    .argument("<file>", "the program (.fcn) of the trained network")
    .argument(
      "<image...>",
      'image files, folders, or patterns in quotes ("scans/**/*.tif"); - is standard input',
    )
    .requiredOption(
      "--out <dir>",
      "output folder for NAME.labels.png and NAME.overlay.png; or - to write the labels of one image to standard output",
      readPath("--out"),
    )
    .addOption(
      new Option(
        "--input <name=dir>",
        "folder of the images for another input, with the same file names; may be repeated",
      ).argParser(collectInput),
    )
    .addOption(predictionMemoryOption())
    .addOption(tilesOption())
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(classesOption())
    .addOption(engineOrTorchOption())
    .addOption(pythonOption())
    .addOption(threadsOption());
  addEnsembleOption(command);
  addOutputOptions(command);
  addAugmentationOptions(command);
  addWeightsOptions(command);
  addFieldOptions(
    command,
    "refine the labels with a fully connected conditional random field (CRF) on the image's colours",
  ).action(async (file: string, images: readonly string[], { input, ...options }: Options) => {
    const { runPrediction } = await import("./run-prediction.ts");
    await runPrediction(file, images, { ...options, inputs: input }, terminal());
  });
}
