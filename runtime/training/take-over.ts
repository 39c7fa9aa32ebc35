/** `start from`: weights of another run that fit this network by name and shape; the rest keep their initial values. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { WeightArray } from "../engines/engine.ts";
import { weightsOf } from "../weights/weight-name.ts";
import { sameShape } from "./weights-file.ts";

export interface TakenOver {
  readonly weights: ReadonlyMap<string, WeightArray>;
  /** Names in the network that the file lacks, and those it has in another shape. */
  readonly missing: readonly string[];
  readonly reshaped: readonly string[];
  /** Names in the file that the network lacks. */
  readonly unused: readonly string[];
}

export function takeOver(graph: Graph, from: ReadonlyMap<string, WeightArray>): TakenOver {
  const weights = new Map<string, WeightArray>();
  const missing: string[] = [];
  const reshaped: string[] = [];
  const wanted = weightsOf(graph);
  for (const { name, specification } of wanted) {
    const found = from.get(name);
    if (found === undefined) missing.push(name);
    else if (sameShape(found.shape, specification.shape)) weights.set(name, found);
    else reshaped.push(name);
  }
  const known = new Set(wanted.map(({ name }) => name));
  return { weights, missing, reshaped, unused: [...from.keys()].filter((name) => !known.has(name)) };
}
