/** One call of `fcn`. Each command loads what it needs when it runs, so that `check` starts fast. */
import { Command } from "commander";
import { version } from "../host/version.ts";
import { addCheck } from "./commands/check/check.ts";
import { addCompare } from "./commands/compare/compare.ts";
import { addCost } from "./commands/cost/cost.ts";
import { addData } from "./commands/data/data.ts";
import { addDiagram } from "./commands/diagram/diagram.ts";
import { addDiff } from "./commands/diff/diff.ts";
import { addDoctor } from "./commands/doctor/doctor.ts";
import { addEmit } from "./commands/emit/emit.ts";
import { addEvaluate } from "./commands/evaluate/evaluate.ts";
import { addExplain } from "./commands/explain/explain.ts";
import { addField } from "./commands/field/field.ts";
import { addFormat } from "./commands/format/format.ts";
import { addInspect } from "./commands/inspect/inspect.ts";
import { addNew } from "./commands/new/new.ts";
import { addPredict } from "./commands/predict/predict.ts";
import { addSweep } from "./commands/sweep/sweep.ts";
import { addTrain } from "./commands/train/train.ts";
import { addWeights } from "./commands/weights/weights.ts";
import { exitCode, exitCodeHelp } from "./console/exit-code.ts";
import { reportError } from "./console/report-error.ts";
import { harmless, openTerminal } from "./console/terminal.ts";
import { withWayOut } from "./console/with-way-out.ts";

const commands = [
  addCheck,
  addInspect,
  addExplain,
  addCost,
  addDiff,
  addDiagram,
  addField,
  addTrain,
  addSweep,
  addEvaluate,
  addPredict,
  addCompare,
  addWeights,
  addEmit,
  addFormat,
  addData,
  addDoctor,
  addNew,
] as const;

/** "explain <file> [map] [other]": that a command has options is said once. */
function termOf(command: Command): string {
  const taken = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? "..." : ""}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...taken].join(" ");
}

/**
 * Writes to this process's standard output and error.
 *
 * @param words the command line after the program's name
 * @returns the exit status
 */
export async function runProgram(words: readonly string[]): Promise<number> {
  const program = new Command("fcn")
    .configureHelp({ minWidthToWrap: 20, subcommandTerm: termOf })
    .description("Write a fully convolutional network as text; check it, draw it, train it, use it.")
    .version(version())
    .option("--no-color", "turn colour off (the environment variable NO_COLOR does too)")
    .addHelpText("after", exitCodeHelp)
    .showHelpAfterError("(fcn --help lists commands and options)")
    .configureOutput({
      writeOut: (text) => void process.stdout.write(harmless(text)),
      writeErr: (text) => void process.stderr.write(harmless(text)),
    })
    .exitOverride();
  const terminal = () => openTerminal(program.opts<{ color: boolean }>().color);
  for (const add of commands) add(program, terminal);
  for (const command of program.commands)
    command.showHelpAfterError(`(fcn ${command.name()} --help lists its options)`);
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode.fine;
  } catch (error) {
    return reportError(await withWayOut(error), terminal());
  }
}
