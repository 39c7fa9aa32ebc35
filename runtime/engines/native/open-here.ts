/** A session of the native engine in this thread. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { UserError } from "../../user-error.ts";
import type { Session, SessionOptions } from "../engine.ts";
import { loadModule } from "../optional-module.ts";
import { ProgramSession } from "../program-session.ts";
import type { DrawWeights } from "../program-state.ts";
import { arrayLimit } from "./array-limit.ts";
import type { DrawnWeight } from "./drawn-weight.ts";
import { NativeExecutor } from "./executor.ts";
import { findOnnxRuntime } from "./onnx-runtime.ts";
import { chosenProvider } from "./provider.ts";
import { checkedBlockSize } from "./self-test.ts";
import type { WeightOrder } from "./weight-order.ts";

/** Draws weights as `initialiseWeights` does; some of them are in the order that they are stored in, which they say. */
type DrawStored = (
  graph: Graph,
  seed: number,
  names: ReadonlySet<string>,
  orderOf: (name: string) => WeightOrder | undefined,
) => Promise<ReadonlyMap<string, DrawnWeight>>;

/**
 * @param draw left out: weights are drawn in this thread too
 * @throws UserError where ONNX Runtime is missing; and what a session throws.
 */
export async function openHere(
  graph: Graph,
  options: SessionOptions,
  threads: number,
  draw?: DrawStored,
): Promise<Session> {
  const found = await findOnnxRuntime(loadModule);
  if (found.kind === "missing") throw new UserError(`engine native: ${found.reason}`, found.remedy);
  const executor = new NativeExecutor({
    runtime: found.runtime,
    block: await checkedBlockSize(found.runtime),
    threads,
    provider: chosenProvider(),
  });
  // averages of weights begin as these are in the graph's order
  const orderOf = (name: string) =>
    options.training?.average === undefined ? executor.orderOf(name) : undefined;
  const drawStored: DrawWeights | undefined =
    draw &&
    (async (of, seed, names) => {
      const weights = await draw(of, seed, names, orderOf);
      for (const { data, stored } of weights.values()) if (stored !== undefined) executor.noteStored(data);
      return weights;
    });
  const holder = { name: "native", device: "CPU", largestArray: arrayLimit };
  return new ProgramSession(executor, graph, options, holder, drawStored);
}
