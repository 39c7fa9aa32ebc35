/** A graph on a TensorFlow.js backend. */
import type { Graph } from "../../../compiler/network/graph.ts";
import type { Session, SessionOptions } from "../engine.ts";
import { ProgramSession } from "../program-session.ts";
import type { Backend } from "./backend.ts";
import { TfjsExecutor } from "./executor.ts";

/** @throws EngineRefusal for a weight or an expected batch too large for it. */
export function openSession(backend: Backend, graph: Graph, options: SessionOptions): Session {
  return new ProgramSession(new TfjsExecutor(backend), graph, options, backend);
}
