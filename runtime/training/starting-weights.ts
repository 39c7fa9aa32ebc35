/** `start from`: the weights that a run begins with in place of initial ones, by the program's names or by torchvision's. */

import type { StartNames } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Normalisation, WeightArray } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import { loadTorchvision } from "../weights/torchvision/load.ts";
import { describeTakenOver, takeOver } from "./take-over.ts";
import { refuseImpossible, type StoredWeights } from "./weights-file.ts";

/** A weights file, and whose names its weights have; left out: the program's own. */
export interface StartingPoint extends StoredWeights {
  readonly as?: StartNames | undefined;
}

export interface StartingWeights {
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** Of the inputs that the weights expect to be normalised otherwise than by the training images. */
  readonly normalisations: ReadonlyMap<string, Normalisation>;
  /** What was loaded, and what was not. */
  readonly message: string;
}

/** @throws UserError when the file does not fit the network: no weight of its own names, or any of torchvision's; or holds an impossible value */
export function startingWeights(graph: Graph, from: StartingPoint): StartingWeights {
  const start = fittingWeights(graph, from);
  refuseImpossible(graph, { file: from.file, weights: start.weights });
  return start;
}

function fittingWeights(graph: Graph, from: StartingPoint): StartingWeights {
  if (from.as === undefined) {
    const taken = takeOver(graph, from);
    return {
      weights: taken.weights,
      normalisations: new Map(),
      message: describeTakenOver(from.file, taken),
    };
  }
  if (from.metadata === undefined) return loadTorchvision(graph, from);
  throw new UserError(
    `${from.file} holds weights of ${from.metadata.network} by fcn's names, not by ${from.as}'s`,
    `leave out \`as ${from.as}\` (--as ${from.as})`,
  );
}
