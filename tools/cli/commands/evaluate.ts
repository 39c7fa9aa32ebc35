/** `fcn evaluate`: the metrics of trained weights over labelled images. */
import { type Command, Option } from "commander";
import { addFieldOptions, trimapOption } from "../crf-options.ts";
import { jsonText } from "../json-text.ts";
import { engineOption, maxPixelsOption, networkOption, setOption } from "../options.ts";
import type { EvaluateCommand } from "../run-evaluation.ts";
import type { Terminal } from "../terminal.ts";
import { addWeightsOptions } from "../weights-options.ts";

interface Options extends EvaluateCommand {
  readonly json?: true;
}

export function addEvaluate(program: Command, terminal: () => Terminal): void {
  const command = program
    .command("evaluate")
    .description("metrics of trained weights over labelled images")
    .argument("<file>", "the program (.fcn) they were trained from")
    .requiredOption("--weights <file>", "weights.safetensors of a training run, or of another program")
    .option("--data <dir>", "the folder of images and labels, in place of the train section's")
    .addOption(maxPixelsOption())
    .addOption(networkOption())
    .addOption(setOption())
    .addOption(engineOption())
    .addOption(
      new Option("--split <which>", "the pairs to measure")
        .choices(["validation", "training", "all"])
        .default("validation"),
    )
    .addOption(trimapOption())
    .option("--json", "as JSON");
  addWeightsOptions(command);
  addFieldOptions(command, "metrics after a fully connected conditional random field too").action(
    async (file: string, options: Options) => {
      const { runEvaluation } = await import("../run-evaluation.ts");
      const { evaluationTables } = await import("../evaluation-tables.ts");
      const metrics = await runEvaluation(file, options, terminal());
      terminal().print(options.json ? jsonText(metrics) : evaluationTables(metrics));
    },
  );
}
