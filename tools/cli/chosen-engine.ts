/** The engine a command runs on, said to the person who runs it. */
import { chooseEngine, type EngineChoice } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import type { Terminal } from "./terminal.ts";

export type AskedEngine = EngineName | "auto";

/** A process that trains, evaluates and predicts says it once. */
let lastSaid: string | undefined;

/** @throws UserError when the engine asked for does not work here. */
export async function chosenEngine(asked: AskedEngine, terminal: Terminal): Promise<EngineChoice> {
  const choice = await chooseEngine(asked);
  const said = `engine ${choice.engine.name} on ${choice.report.device}: ${choice.why}`;
  if (said !== lastSaid) terminal.note(said);
  lastSaid = said;
  return choice;
}
