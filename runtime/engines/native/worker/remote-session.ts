/** A session that computes in another thread. */
import type { Graph } from "../../../../compiler/network/graph.ts";
import type { Session, SessionOptions } from "../../engine.ts";
import type { SessionMethod } from "./messages.ts";
import type { SessionThread } from "./session-thread.ts";

let opened = 0;

/** @throws what opening a session throws. */
export async function openRemote(
  thread: SessionThread,
  graph: Graph,
  options: SessionOptions,
  threads: number,
): Promise<Session> {
  const number = opened++;
  const first = await thread.ask(number, { kind: "open", graph, options, threads });
  let { allocations } = first;
  let closed = false;
  const remote = <M extends SessionMethod>(method: M): Session[M] => {
    const call = async (...given: readonly unknown[]) => {
      if (closed) throw new Error("the session is closed");
      const reply = await thread.ask(number, { kind: "call", method, given });
      allocations = reply.allocations;
      return reply.value;
    };
    return call as Session[M]; // the thread gives what that method of a session gives
  };
  return {
    predict: remote("predict"),
    step: remote("step"),
    update: remote("update"),
    evaluate: remote("evaluate"),
    gradients: remote("gradients"),
    inputGradients: remote("inputGradients"),
    findNotFinite: remote("findNotFinite"),
    exchangeAverages: remote("exchangeAverages"),
    readWeights: remote("readWeights"),
    writeWeights: remote("writeWeights"),
    readState: remote("readState"),
    writeState: remote("writeState"),
    allocations: () => allocations,
    close: () => {
      if (closed) return;
      closed = true;
      allocations = 0;
      // after what it was asked before; it fails only where the thread has ended, and then it is closed too
      thread.ask(number, { kind: "close" }).catch(() => undefined);
    },
  };
}
