/** Draws the initial weights of large networks in a thread of their own and, where it waits for something else, in the session's too. */
import { setImmediate } from "node:timers/promises";
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { WeightArray } from "../../../arrays.ts";
import { initialiseWeights, isDrawn } from "../../../weights/initialise.ts";
import { elementCount, weightsOf } from "../../../weights/weight-name.ts";
import { SessionThread } from "./session-thread.ts";
import { type SharedDrawing, takenWeights } from "./shared-drawing.ts";

/** Drawing so many numbers takes about as long as starting a thread. */
const fewest = 2 ** 21;

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
  const drawing = { graph, seed, names, taken: new Int32Array(new SharedArrayBuffer(4)) };
  const thread = new SessionThread();
  const apart = thread.ask(0, { kind: "draw", drawing }).finally(() => void thread.end());
  const [own, { value }] = await Promise.all([drawWhereIdle(drawing), apart]);
  return new Map([...own, ...(value as typeof own)]); // what the thread answers to that task
}

async function drawWhereIdle(drawing: SharedDrawing): Promise<ReadonlyMap<string, WeightArray>> {
  const drawn = new Map<string, WeightArray>();
  await setImmediate(); // what is being made in this thread comes first
  for (const [name, weight] of takenWeights(drawing)) {
    drawn.set(name, weight);
    await setImmediate();
  }
  return drawn;
}
