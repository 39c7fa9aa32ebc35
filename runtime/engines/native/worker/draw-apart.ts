/**
 * Draws the initial weights of large networks in a thread of their own and, where it waits for something else, in the session's too. The
 * other thread brings them into the orders that they are stored in, too.
 */
import { setImmediate } from "node:timers/promises";
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { WeightArray } from "../../../arrays.ts";
import { initialiseWeights, isDrawn } from "../../../weights/initialise.ts";
import { elementCount, weightsOf } from "../../../weights/weight-name.ts";
import type { DrawnWeight } from "../drawn-weight.ts";
import type { WeightOrder } from "../weight-order.ts";
import { SessionThread } from "./session-thread.ts";
import { type SharedDrawing, takenWeights } from "./shared-drawing.ts";

/** Drawing so many numbers takes about as long as starting a thread. */
const fewest = 2 ** 21;

/**
 * @param orderOf a weight of that name, as soon as what is being made in this thread is made: those of the other thread come in it
 * @throws EngineLost where that thread ended
 */
export async function drawApart(
  graph: Graph,
  seed: number,
  names: ReadonlySet<string>,
  orderOf: (name: string) => WeightOrder | undefined = () => undefined,
): Promise<ReadonlyMap<string, DrawnWeight>> {
  const count = weightsOf(graph)
    .filter((weight) => names.has(weight.name) && isDrawn(weight))
    .reduce((sum, { specification }) => sum + elementCount(specification.shape), 0);
  if (count < fewest) return initialiseWeights(graph, seed, names);
  const drawing = { graph, seed, names, taken: new Int32Array(new SharedArrayBuffer(4)) };
  const thread = new SessionThread();
  const collected = async () => {
    await setImmediate(); // what is being made in this thread comes first, and says the orders
    const orders = new Map(
      [...names].flatMap((name) => {
        const order = orderOf(name);
        return order === undefined ? [] : [[name, order] as const];
      }),
    );
    const { value } = await thread.ask(0, { kind: "collect", orders });
    return value as ReadonlyMap<string, DrawnWeight>; // what the thread answers to that task
  };
  const drawnApart = async () => {
    try {
      const [, weights] = await Promise.all([thread.ask(0, { kind: "draw", drawing }), collected()]);
      return weights;
    } finally {
      void thread.end();
    }
  };
  const [own, others] = await Promise.all([drawWhereIdle(drawing), drawnApart()]);
  return new Map([...own, ...others]);
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
