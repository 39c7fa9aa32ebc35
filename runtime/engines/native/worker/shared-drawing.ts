/** The drawing of initial weights by several threads, each of which takes the next one. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { WeightArray } from "../../../arrays.ts";
import { initialiseWeight } from "../../../weights/initialise.ts";
import { elementCount, type GraphWeight, weightsOf } from "../../../weights/weight-name.ts";

export interface SharedDrawing {
  readonly graph: Graph;
  readonly seed: number;
  readonly names: ReadonlySet<string>;
  /** How many weights are taken, in memory that the threads share. */
  readonly taken: Int32Array;
}

/** The weights that no other thread has taken, until there are none. */
export function* takenWeights(drawing: SharedDrawing): Generator<readonly [name: string, WeightArray]> {
  const { graph, seed, taken } = drawing;
  const weights = largestFirst(drawing);
  for (;;) {
    const weight = weights[Atomics.add(taken, 0, 1)];
    if (weight === undefined) return;
    yield [weight.name, initialiseWeight(graph, weight, seed)];
  }
}

/** So that all threads end at about the same time. */
function largestFirst({ graph, names }: Pick<SharedDrawing, "graph" | "names">): readonly GraphWeight[] {
  const size = ({ specification }: GraphWeight) => elementCount(specification.shape);
  return weightsOf(graph)
    .filter(({ name }) => names.has(name))
    .toSorted((a, b) => size(b) - size(a));
}
