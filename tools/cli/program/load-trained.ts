/** A network with the parameters its weights were trained for, and those weights. */

import type { Compilation, CompiledNetwork } from "../../../compiler/compile.ts";
import { compile } from "../../../compiler/compile.ts";
import { completeWeights } from "../../../runtime/training/assumed-metadata.ts";
import {
  checkWeights,
  readStoredWeights,
  type StoredWeights,
  type TrainedWeights,
} from "../../../runtime/training/weights-file.ts";
import { renameWeights } from "../../../runtime/weights/rename-weights.ts";
import { readWeightMap } from "../../../runtime/weights/weight-map.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { readSourceFile } from "../../host/read-source-file.ts";
import type { Terminal } from "../console/terminal.ts";
import type { NetworkChoice } from "./compile-options.ts";
import { compileOptions } from "./compile-options.ts";
import { hasErrors, loadNetwork } from "./load-network.ts";
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
  const map = asked.map === undefined ? undefined : await readWeightMap(asked.map);
  const choice = rememberedChoice(path, asked, stored.metadata);
  const { network, compilation } = await loadNetwork(path, choice, terminal);
  const named = map === undefined ? stored : { ...stored, ...renameWeights(stored, map, network.graph) };
  checkWeights(network.graph, named);
  const { trained, assumed } = completeWeights(network, named, asked);
  if (assumed.length > 0) {
    const lines = assumed.map((line) => `  ${line}`);
    terminal.note(
      [`${asked.weights} does not describe how its weights were trained; fcn assumes:`, ...lines].join("\n"),
    );
  }
  return { network, compilation, trained, choice };
}

/** With the parameters that the file remembers, unless the program has errors with them and with its own none. */
function rememberedChoice(
  path: string,
  asked: TrainedChoice,
  metadata: StoredWeights["metadata"],
): NetworkChoice {
  const plain: NetworkChoice = { network: asked.network, set: asked.set };
  if (metadata === undefined) return plain;
  const source = readSourceFile(path);
  const { networks } = compile(source, createFileHost());
  // The only network of a program may have been renamed since, or be another: checkWeights says which.
  const only = asked.network === undefined && networks.length === 1 ? networks[0] : undefined;
  const remembered = networks.find(({ name }) => name === (asked.network ?? metadata.network)) ?? only;
  // Of a network that changed since, only the parameters that it still has.
  const kept = [...metadata.parameters].filter(([name]) => remembered?.parameters.has(name) ?? true);
  const network = remembered?.name ?? asked.network;
  const choice: NetworkChoice = { network, set: new Map([...kept, ...asked.set]) };
  if (kept.length === 0) return choice;
  const compiles = ({ set }: NetworkChoice): boolean =>
    !hasErrors(compile(source, createFileHost(), compileOptions({ network, set })));
  // Parameters of another network, such as its classes, are no mistake of this program's masks.
  return compiles(choice) || !compiles(plain) ? choice : { ...plain, network };
}
