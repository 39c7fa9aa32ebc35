/** A session of the native engine in this thread. */
import type { Graph } from "../../../compiler/network/graph.ts";
import { UserError } from "../../user-error.ts";
import type { Session, SessionOptions } from "../engine.ts";
import { loadModule } from "../optional-module.ts";
import { ProgramSession } from "../program-session.ts";
import type { DrawWeights } from "../program-state.ts";
import { arrayLimit } from "./array-limit.ts";
import { NativeExecutor } from "./executor.ts";
import { findOnnxRuntime } from "./onnx-runtime.ts";
import { chosenProvider } from "./provider.ts";
import { checkedBlockSize } from "./self-test.ts";

/**
 * @param draw left out: weights are drawn in this thread too
 * @throws UserError where ONNX Runtime is missing; and what a session throws.
 */
export async function openHere(
  graph: Graph,
  options: SessionOptions,
  threads: number,
  draw?: DrawWeights,
): Promise<Session> {
  const found = await findOnnxRuntime(loadModule);
  if (found.kind === "missing") throw new UserError(`engine native: ${found.reason}`, found.remedy);
  const executor = new NativeExecutor({
    runtime: found.runtime,
    block: await checkedBlockSize(found.runtime),
    threads,
    provider: chosenProvider(),
  });
  const holder = { name: "native", device: "CPU", largestArray: arrayLimit };
  return new ProgramSession(executor, graph, options, holder, draw);
}
