/** A network with the parameters its weights were trained for, and those weights. */

import type { Compilation, CompiledNetwork } from "../../../compiler/compile.ts";
import { completeWeights } from "../../../runtime/training/assumed-metadata.ts";
import {
  checkWeights,
  readStoredWeights,
  type StoredWeights,
  type TrainedWeights,
} from "../../../runtime/training/weights-file.ts";
import { renameWeights } from "../../../runtime/weights/rename-weights.ts";
import { readWeightMap } from "../../../runtime/weights/weight-map.ts";
import type { NetworkChoice } from "../../program/network-choice.ts";
import { rememberedChoice } from "../../program/remembered-choice.ts";
import type { Terminal } from "../console/terminal.ts";
import { loadNetwork } from "./load-network.ts";
import type { AskedWeights } from "./weights-options.ts";

export interface TrainedChoice extends NetworkChoice, AskedWeights {
  readonly weights: string;
}

export interface LoadedWeights {
  readonly network: CompiledNetwork;
  readonly compilation: Compilation;
  readonly trained: TrainedWeights;
  /** `choice` with the network and parameters that the weights remember, where the command line gives none. */
  readonly choice: NetworkChoice;
}

/**
 * Network and parameters come from the weights file; what the command line says wins. What the file does not say is assumed, and a
 * note says so.
 * @throws UserError naming what differs when the weights are not the network's; as `loadNetwork` does.
 */
export async function loadTrained(
  path: string,
  asked: TrainedChoice,
  terminal: Terminal,
): Promise<LoadedWeights> {
  const stored = await readStoredWeights(asked.weights);
  const choice = rememberedChoice(path, asked, stored.metadata);
  const { network, compilation } = await loadNetwork(path, choice, terminal);
  const trained = await trainedFor(network, stored, asked, terminal);
  return { network, compilation, trained, choice };
}

/** Stored weights as those of a network. @throws UserError naming what differs when they are not the network's */
export async function trainedFor(
  network: CompiledNetwork,
  stored: StoredWeights,
  asked: AskedWeights,
  terminal: Terminal,
): Promise<TrainedWeights> {
  const map = asked.map === undefined ? undefined : await readWeightMap(asked.map);
  const named = map === undefined ? stored : { ...stored, ...renameWeights(stored, map, network.graph) };
  checkWeights(network.graph, named);
  const { trained, assumed } = completeWeights(network, named, asked);
  if (assumed.length > 0) {
    const lines = assumed.map((line) => `  ${line}`);
    terminal.note(
      [`${stored.file} does not describe how its weights were trained; fcn assumes:`, ...lines].join("\n"),
    );
  }
  return trained;
}
