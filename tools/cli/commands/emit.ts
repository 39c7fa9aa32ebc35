/** `fcn emit`: a network as files for other programs. */
import type { Command } from "commander";
import { networkOption, setOption } from "../options.ts";
import type { EmitCommand } from "../run-emit.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

interface Options extends Omit<EmitCommand, "target"> {
  readonly list?: true;
  readonly to?: string;
}

export function addEmit(program: Command, terminal: () => Terminal): void {
  program
    .command("emit")
    .description("write a network, with its weights, as files for other programs: an ONNX model")
    .argument("[file]", "a program (.fcn)")
    .option("--to <target>", "what to write: onnx")
    .option("--list", "list the targets")
    .addOption(networkOption())
    .addOption(setOption())
    .option("--weights <file>", "weights.safetensors of a training run (default: initial weights)")
    .option("--preprocess", "let the model normalise its inputs as in training: it takes values 0 to 1 then")
    .option("-o, --output <file>", "where to (default: NETWORK with the target's extension)")
    .option("--force", "replace a file that exists")
    .action((file: string | undefined, options: Options) => emit(file, options, terminal()));
}

async function emit(file: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const { listTargets, runEmit, targetCalled } = await import("../run-emit.ts");
  if (options.list) {
    listTargets(terminal);
    return;
  }
  if (file === undefined) throw new UsageError("emit needs a program", "give the path of a .fcn file");
  const target = targetCalled(options.to);
  if (options.preprocess && options.weights === undefined) {
    throw new UsageError(
      "--preprocess needs the normalisation of a training set, which is in the weights file",
      "add --weights FILE, or leave --preprocess out",
    );
  }
  await runEmit(file, { ...options, target }, terminal);
}
