/** `fcn weights`: what a file of weights holds; the weights of PyTorch and of checkpoints as safetensors; other names for them. */
import { type Command, Option } from "commander";
import { pythonOption, readPath } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { mapOption } from "../../program/weights-options.ts";
import type { ConvertCommand, RenameCommand } from "./run-rewrite.ts";
import type { ShowCommand } from "./run-show.ts";

const input =
  "a file of weights (.safetensors, .pth, .pt, .bin), a checkpoint, or the folder of a training run";

export function addWeights(program: Command, terminal: () => Terminal): void {
  const weights = program.command("weights").description("list, convert and rename the weights in a file");
  weights
    .command("show")
    .description("list the tensors of a file with types and shapes, and its metadata")
    .argument("<file>", input, readPath("FILE"))
    .option("--statistics", "also show minimum, maximum, mean and L2 norm of each tensor")
    .addOption(keyOption())
    .addOption(interpreterOption())
    .option("--json", "print JSON")
    .action(async (file: string, options: ShowCommand) => {
      const { runShow } = await import("./run-show.ts");
      await runShow(file, options, terminal());
    });
  weights
    .command("convert")
    .description(
      "write the weights of a PyTorch file or a checkpoint as safetensors; code in the file is not run",
    )
    .argument("<in>", input, readPath("IN"))
    .argument("<out>", "output file, .safetensors", readPath("OUT"))
    .addOption(keyOption())
    .addOption(stripOption())
    .option("--float32", "write every floating-point type as float32 (default: as in the file)")
    .addOption(interpreterOption())
    .option("--force", "overwrite an existing file")
    .action(async (from: string, to: string, options: ConvertCommand) => {
      const { runConvert } = await import("./run-rewrite.ts");
      await runConvert(from, to, options, terminal());
    });
  weights
    .command("rename")
    .description("write a safetensors file with renamed tensors")
    .argument("<in>", "a safetensors file of weights, or the folder of a training run", readPath("IN"))
    .argument("<out>", "output file, .safetensors", readPath("OUT"))
    .addOption(mapOption())
    .addOption(stripOption())
    .option("--force", "overwrite an existing file")
    .action(async (from: string, to: string, options: RenameCommand) => {
      const { runRename } = await import("./run-rewrite.ts");
      await runRename(from, to, options, terminal());
    });
}

const keyOption = () =>
  new Option(
    "--key <key>",
    "entry of a PyTorch file that holds the weights, e.g. model_ema (default: the usual one, which is printed)",
  );

const stripOption = () =>
  new Option("--strip <prefix>", "remove this prefix from tensor names, e.g. module.").argParser(
    (text: string) => {
      if (text === "") throw new UsageError("--strip is empty", "give a prefix, e.g. --strip module.");
      return text;
    },
  );

const interpreterOption = () => {
  const option = pythonOption();
  option.description =
    "Python interpreter with PyTorch, for .pth, .pt and .bin (default: FCN_PYTHON, the active environment, python3)";
  return option;
};
