/** What `train`, `evaluate` and `data check` start from: a network, its train section, its data, with the command line's changes. */
import { setPixelLimit } from "../../../runtime/images/pixel-limit.ts";
import type { NetworkChoice } from "../../program/network-choice.ts";
import { type OpenProgram, openTraining, type TrainingChanges } from "../../program/open-training.ts";
import type { Terminal } from "../console/terminal.ts";
import { loadNetwork } from "./load-network.ts";

export type { OpenProgram } from "../../program/open-training.ts";

export interface TrainingChoice extends NetworkChoice, TrainingChanges {
  /** Of an image file; left out: the usual limit. */
  readonly maxPixels?: number | undefined;
}

/** @throws UserError as `openTraining`; as `loadNetwork` does. */
export async function openProgram(
  file: string,
  choice: TrainingChoice,
  terminal: Terminal,
): Promise<OpenProgram> {
  if (choice.maxPixels !== undefined) setPixelLimit(choice.maxPixels);
  const loaded = await loadNetwork(file, choice, terminal, ({ train }) => train !== undefined);
  return openTraining(file, loaded, choice);
}
