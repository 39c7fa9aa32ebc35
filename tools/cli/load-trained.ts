/** A network with the parameters its weights were trained for, and those weights. */

import type { Compilation, CompiledNetwork } from "../../compiler/compile.ts";
import { compile } from "../../compiler/compile.ts";
import { checkWeights, readWeights, type TrainedWeights } from "../../runtime/training/weights-file.ts";
import { createFileHost } from "../host/file-sources.ts";
import { readSourceFile } from "../host/read-source-file.ts";
import { loadNetwork, type NetworkChoice } from "./load-network.ts";
import type { Terminal } from "./terminal.ts";

export interface TrainedChoice extends NetworkChoice {
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
 * Network and parameters come from the weights file; what the command line says wins.
 * @throws UserError naming what differs when the weights are not the network's; as `loadNetwork` does.
 */
export async function loadTrained(
  path: string,
  asked: TrainedChoice,
  terminal: Terminal,
): Promise<LoadedWeights> {
  const trained = await readWeights(asked.weights);
  const { metadata } = trained;
  const { networks } = compile(readSourceFile(path), createFileHost());
  // The only network of a program may have been renamed since, or be another: checkWeights says which.
  const only = asked.network === undefined && networks.length === 1 ? networks[0] : undefined;
  const remembered = networks.find(({ name }) => name === (asked.network ?? metadata.network)) ?? only;
  // Of a network that changed since, only the parameters that it still has.
  const kept = [...metadata.parameters].filter(([name]) => remembered?.parameters.has(name) ?? true);
  const choice: NetworkChoice = {
    network: remembered?.name ?? asked.network,
    set: new Map([...kept, ...asked.set]),
  };
  const { network, compilation } = await loadNetwork(path, choice, terminal);
  checkWeights(network.graph, trained);
  return { network, compilation, trained, choice };
}
