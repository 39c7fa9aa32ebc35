/** `fcn emit`: a network as files for other programs. */
import type { Command } from "commander";
import { networkOption, setOption } from "../../console/options.ts";
import type { Terminal } from "../../console/terminal.ts";
import { UsageError } from "../../console/usage-error.ts";
import { addWeightsOptions, classesOption } from "../../program/weights-options.ts";
import type { EmitCommand } from "./run-emit.ts";

interface Options extends Omit<EmitCommand, "target"> {
  readonly list?: true;
  readonly to?: string;
}

export function addEmit(program: Command, terminal: () => Terminal): void {
  const command = program
    .command("emit")
    .description("export a network and its weights: ONNX, PyTorch, TensorFlow.js")
    .argument("[file]", "a program (.fcn)")
    .option("--to <target>", "target: onnx, typescript, tfjs-model or pytorch")
    .option("--list", "list the targets")
    .addOption(networkOption())
    .addOption(setOption())
    .option(
      "--weights <file>",
      "weights of a training run or of another program, .safetensors (default: initial weights)",
    )
    .option(
      "--preprocess",
      "put the normalisation of training into the model, which then takes inputs from 0 to 1",
    )
    .option("--runnable", "add programs that train and predict with Node, and a package.json (typescript)")
    .option(
      "-o, --output <path>",
      "output file, or folder where the target has several files (default: named after the network)",
    )
    .option("--force", "overwrite an existing file")
    .addOption(classesOption());
  addWeightsOptions(command).action((file: string | undefined, options: Options) =>
    emit(file, options, terminal()),
  );
}

async function emit(file: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const { listTargets, runEmit, targetCalled } = await import("./run-emit.ts");
  if (options.list) {
    listTargets(terminal);
    return;
  }
  if (file === undefined) throw new UsageError("emit needs a program", "give the path of a .fcn file");
  const target = targetCalled(options.to);
  const about = (["preprocess", "mean", "std", "classes", "map"] as const).find(
    (option) => options[option] !== undefined,
  );
  if (about !== undefined && options.weights === undefined) {
    const reason =
      about === "preprocess"
        ? "needs the normalisation of a training set, which is in the weights file"
        : "describes a weights file, and none is given";
    throw new UsageError(`--${about} ${reason}`, `add --weights FILE, or leave --${about} out`);
  }
  await runEmit(file, { ...options, target }, terminal);
}
