/** The weights of a session that a run evaluates and keeps: their average over the updates where there is one. */
import { averageName } from "../../compiler/tensors/programs/state-names.ts";
import type { SessionSnapshot } from "./checkpoint.ts";

export function keptWeights({ weights, optimizerState }: SessionSnapshot): SessionSnapshot["weights"] {
  return new Map([...weights].map(([name, own]) => [name, optimizerState.get(averageName(name)) ?? own]));
}
