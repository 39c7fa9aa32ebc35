/** `fcn train`: trains a network as its train section says, with the command line's changes. */
import type { Command } from "commander";
import {
  engineOption,
  maxPixelsOption,
  namedOtherwise,
  networkOption,
  readCount,
  readPath,
  readPositive,
  setOption,
} from "../options.ts";
import type { TrainCommand } from "../run-training.ts";
import type { Terminal } from "../terminal.ts";
import { mapOption } from "../weights-options.ts";

export function addTrain(program: Command, terminal: () => Terminal): void {
  program
    .command("train")
    .description("train a network; Ctrl-C writes a checkpoint, --resume goes on from it")
    .argument("<file>", "a program (.fcn) with a train section")
    .addOption(networkOption())
    .addOption(setOption())
    .option("--data <dir>", "the folder of images and labels, in place of the train section's")
    .addOption(maxPixelsOption())
    .addOption(engineOption())
    .option("--epochs <n>", "passes over the training images", readCount("--epochs", 1))
    .option("--batch <n>", "images in a step", readCount("--batch", 1))
    .option("--learning-rate <r>", "the learning rate", readPositive("--learning-rate"))
    .addOption(namedOtherwise("--rate <r>", "--learning-rate"))
    .addOption(namedOtherwise("--lr <r>", "--learning-rate"))
    .option("--seed <n>", "of every random choice", readCount("--seed", 0))
    .option("--start-from <weights>", "a weights file, or none, in place of the train section's start")
    .addOption(mapOption())
    .option(
      "--out <dir>",
      "where weights, checkpoint, metrics and report go (default: out/NETWORK)",
      readPath("--out"),
    )
    .option("--resume", "go on from the checkpoint in --out")
    .option("--allow-changes", "resume also where settings, layers or data are not those of the checkpoint")
    .option(
      "--checkpoint-every <minutes>",
      "time between checkpoints inside an epoch (default: 10); each epoch ends with one",
      readPositive("--checkpoint-every"),
    )
    .option("--force", "replace a run that --out already holds")
    .action(async (file: string, options: TrainCommand) => {
      const { runTraining } = await import("../run-training.ts");
      await runTraining(file, options, terminal());
    });
}
