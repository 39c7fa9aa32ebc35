/** Draws the initial weights of large networks in a thread of their own, while the session's makes its programs. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { WeightArray } from "../../../arrays.ts";
import { initialiseWeights, isDrawn } from "../../../weights/initialise.ts";
import { elementCount, weightsOf } from "../../../weights/weight-name.ts";
import { SessionThread } from "./session-thread.ts";

/** Drawing so many numbers takes as long as starting a thread. */
const fewest = 2 ** 20;

/** @throws EngineLost where that thread ended */
export async function drawApart(
  graph: Graph,
  seed: number,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, WeightArray>> {
  const count = weightsOf(graph)
    .filter((weight) => names.has(weight.name) && isDrawn(weight))
    .reduce((sum, { specification }) => sum + elementCount(specification.shape), 0);
  if (count < fewest) return initialiseWeights(graph, seed, names);
  const thread = new SessionThread();
  try {
    const { value } = await thread.ask(0, { kind: "draw", graph, seed, names });
    return value as ReadonlyMap<string, WeightArray>; // what the thread answers to that task
  } finally {
    await thread.end();
  }
}
