/** `fcn train`: trains a network as its train section says, with the command line's changes. */
import { type Command, Option } from "commander";
import { startNames } from "../../../../compiler/learning/configuration.ts";
import type { Fold } from "../../../../runtime/data/folds.ts";
import {
  checkpointIntervalOption,
  dataOption,
  engineOrTorchOption,
  epochsOption,
  maxPixelsOption,
  namedOtherwise,
  networkOption,
  pythonOption,
  readCount,
  readPath,
  readPositive,
  setOption,
  threadsOption,
  trainingMemoryOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { mapOption } from "../../program/weights-options.ts";
import type { TrainCommand } from "./run-training.ts";

export function addTrain(program: Command, terminal: () => Terminal): void {
  program
    .command("train")
    .description("train a network; Ctrl-C writes a checkpoint, --resume continues from it")
    .argument("<file>", "a program (.fcn) with a train section")
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(engineOrTorchOption())
    .addOption(threadsOption())
    .addOption(pythonOption())
    .option(
      "--workers <n>",
      "processes of --engine torch on this machine (default: one per GPU; one without GPUs)",
      readCount("--workers", 1),
    )
    .option("--nodes <n>", "number of machines that --engine torch trains on", readCount("--nodes", 1))
    .option("--rendezvous <host:port>", "address of this machine, as the others of --nodes reach it")
    .addOption(epochsOption())
    .option("--batch <n>", "batch size", readCount("--batch", 1))
    .addOption(trainingMemoryOption())
    .option("--learning-rate <r>", "learning rate of the optimizer", readPositive("--learning-rate"))
    .addOption(namedOtherwise("--rate <r>", "--learning-rate"))
    .addOption(namedOtherwise("--lr <r>", "--learning-rate"))
    .option("--seed <n>", "random seed", readCount("--seed", 0))
    .option(
      "--start-from <weights>",
      "initial weights: a file, or none to start from scratch (default: from the train section)",
    )
    .addOption(
      new Option("--as <names>", "naming of the tensors in the weights file, if not the program's").choices([
        ...startNames,
      ]),
    )
    .addOption(mapOption())
    .option(
      "--out <dir>",
      "output folder for weights, checkpoint, metrics and report (default: out/NETWORK)",
      readPath("--out"),
    )
    .option("--resume", "resume from the checkpoint in --out")
    .option("--allow-changes", "resume even if settings, layers or data differ from the checkpoint's")
    .addOption(checkpointIntervalOption())
    .option(
      "--keep-checkpoints <n>",
      "number of last epochs whose checkpoints are kept in OUT/checkpoints (default: 3)",
      readCount("--keep-checkpoints", 0),
    )
    .option(
      "--folds <n>",
      "n-fold cross-validation: n runs, in OUT/fold-1, OUT/fold-2 …",
      readCount("--folds", 2),
    )
    .option("--fold <k/n>", "train only the k-th of n folds, e.g. 2/5", readFold)
    .option("--tensorboard", "write TensorBoard event files to OUT/tensorboard")
    .option("--watch", "serve the report while training, to this machine only (http://127.0.0.1)")
    .option("--port <n>", "port for --watch (default: a free one)", readCount("--port", 0))
    .option("--force", "overwrite an existing run in --out")
    .action(async (file: string, options: TrainCommand & { readonly folds?: number }) => {
      const { folds } = options;
      if (folds !== undefined) {
        if (options.fold !== undefined)
          throw new UsageError(
            "--folds and --fold cannot be used together",
            "--folds trains all of them, --fold one",
          );
        const { runFolds } = await import("./run-folds.ts");
        await runFolds(file, { ...options, folds }, terminal());
        return;
      }
      const { runTraining } = await import("./run-training.ts");
      await runTraining(file, options, terminal());
    });
}

/** "2/5". @throws UsageError for what is no fold. */
function readFold(text: string): Fold {
  const [fold, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (fold !== undefined && of !== undefined && of >= 2 && fold >= 1 && fold <= of) return { fold, of };
  throw new UsageError(
    `--fold ${text} is not a fold`,
    "write its number and how many there are, e.g. --fold 2/5",
  );
}
