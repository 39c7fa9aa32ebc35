/** The engine a command runs on, and the line that names it. */
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { chooseEngine, type EngineChoice } from "../../../runtime/engines/choose.ts";
import type { EngineName } from "../../../runtime/engines/engine.ts";
import type { Terminal } from "../console/terminal.ts";
import { torchWithGpu } from "./torch-with-gpu.ts";

export type AskedEngine = EngineName | "auto";

/** The line that a terminal showed last: a program that trains, evaluates and predicts prints the line once. */
const lastShown = new WeakMap<Terminal, string>();

/** @throws UserError when the engine asked for does not work here. */
export async function chosenEngine(asked: AskedEngine, terminal: Terminal): Promise<EngineChoice> {
  const choice = await chooseEngine(asked);
  const emulated = choice.report.software ? ": a GPU emulated on the CPU, very slow" : "";
  const line = `engine ${choice.engine.name} on ${choice.report.device}${emulated}`;
  if (line !== lastShown.get(terminal)) terminal.note(line);
  lastShown.set(terminal, line);
  return choice;
}

/**
 * Of a command that PyTorch runs too: `auto` takes it where a GPU of its own computes.
 * @throws UserError as `chosenEngine`
 */
export async function chosenEngineOf(
  network: CompiledNetwork,
  asked: AskedEngine,
  terminal: Terminal,
): Promise<EngineChoice> {
  const torch = asked === "auto" ? await torchWithGpu(network) : undefined;
  return chosenEngine(torch === undefined ? asked : "torch", terminal);
}
