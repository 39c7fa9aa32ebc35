/** `fcn evaluate`: the metrics of trained weights over labelled images. */
import { type Command, Option } from "commander";
import { jsonText } from "../../console/json-text.ts";
import {
  dataOption,
  engineOrTorchOption,
  maxPixelsOption,
  networkOption,
  pythonOption,
  readCount,
  readPath,
  setOption,
  threadsOption,
} from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { addAugmentationOptions } from "../../program/augmentation-options.ts";
import { addFieldOptions, trimapOption } from "../../program/crf-options.ts";
import { addEnsembleOption, addWeightsOptions } from "../../program/weights-options.ts";
import type { EvaluateCommand } from "./run-evaluation.ts";

interface Options extends EvaluateCommand {
  readonly json?: true;
}

export function addEvaluate(program: Command, terminal: () => Terminal): void {
  const command = program
    .command("evaluate")
    .description("compute the metrics of trained weights on labelled images")
    .argument("<file>", "the program (.fcn) of the trained network")
    .addOption(dataOption())
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(engineOrTorchOption())
    .addOption(pythonOption())
    .addOption(threadsOption())
    .addOption(
      new Option("--split <which>", "part of the data to evaluate")
        .choices(["validation", "training", "test", "all"])
        .default("validation"),
    )
    .addOption(trimapOption())
    .addOption(
      new Option("--per-image <file>", "also write the metrics of every image (CSV)").argParser(
        readPath("--per-image"),
      ),
    )
    .addOption(
      new Option(
        "--bootstrap <n>",
        "also compute a 95% bootstrap interval of each metric, from n resamples of the images",
      ).argParser(readCount("--bootstrap", 1)),
    )
    .option("--json", "print JSON");
  addEnsembleOption(command);
  addAugmentationOptions(command);
  addWeightsOptions(command);
  addFieldOptions(
    command,
    "also compute metrics after a fully connected conditional random field (CRF)",
  ).action(async (file: string, options: Options) => {
    const { runEvaluation } = await import("./run-evaluation.ts");
    const { evaluationTables } = await import("./evaluation-tables.ts");
    const metrics = await runEvaluation(file, options, terminal());
    terminal().print(options.json ? jsonText(metrics) : evaluationTables(metrics, terminal().columns));
  });
}
