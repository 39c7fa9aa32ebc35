/** The memory of a prediction or a training step, found by running it on a backend that computes nothing. */
import type { MemoryChange, MemorySchedule } from "../../../../compiler/analyses/cost/memory-schedule.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { elementCount, weightsOf } from "../../../weights/weight-name.ts";
import { emptyBatch } from "../../empty-batch.ts";
import type { MemoryDemand, TfjsEngineName } from "../../engine.ts";
import { type Backend, onBackend } from "../backend.ts";
import { exclusively } from "../exclusive.ts";
import { Ledger, type LedgerEntry } from "../ledger.ts";
import { loadTensorFlow } from "../load.ts";
import type { TensorFlow } from "../lowering.ts";
import { TfjsSession } from "../session.ts";
import { ShapeBackend } from "./shape-backend.ts";
import { registerShapeKernels, unregisterShapeKernels } from "./shape-kernels.ts";

/**
 * Runs it for one image and for two: what grows between them grows by the image. Which allocations are made, and in which
 * order, follows from the graph alone.
 * @throws UserError, SizeRefusal as a session's `predict` and `step`
 */
export async function forecastMemory(
  engine: TfjsEngineName,
  graph: Graph,
  demand: MemoryDemand,
): Promise<MemorySchedule> {
  const one = await record(engine, graph, demand, 1);
  const two = await record(engine, graph, demand, 2);
  if (one.entries.length !== two.entries.length) throw otherCourse();
  const bytes = weightsOf(graph).map(({ specification }) => 4 * elementCount(specification.shape));
  const weights = bytes.reduce((sum, each) => sum + each, 0);
  return {
    weights,
    moments: one.opened - weights,
    kept: one.held - one.opened,
    changes: one.entries.map((entry, i) => between(entry, two.entries[i])),
  };
}

function between(one: LedgerEntry, two: LedgerEntry | undefined): MemoryChange {
  if (one.allocation !== two?.allocation || one.node !== two.node) throw otherCourse();
  const { allocation, phase, node, most } = one;
  const perImage = two.bytes - one.bytes;
  return { allocation, phase, node, most, perImage, fixed: one.bytes - perImage };
}

function otherCourse(): Error {
  return new Error("a batch of two images takes memory in another course than one image");
}

interface Recorded {
  /** Bytes when the session is open, and when the recorded run begins. */
  readonly opened: number;
  readonly held: number;
  readonly entries: readonly LedgerEntry[];
}

let backends = 0;

async function record(
  engine: TfjsEngineName,
  graph: Graph,
  { sizes, training }: MemoryDemand,
  batch: number,
): Promise<Recorded> {
  const tf = await loadTensorFlow();
  backends += 1;
  const ledger = new Ledger();
  const backend = { ...backendOfShapes, tf, ledger, name: `shapes ${backends}` };
  tf.registerBackend(backend.name, () => new ShapeBackend(ledger) as never); // it has what the engine calls of a backend
  registerShapeKernels(tf, backend.name, engine);
  const options = training === undefined ? { seed: 0 } : { seed: 0, training };
  let session: TfjsSession | undefined;
  try {
    session = await onBackend(backend, async () => new TfjsSession(backend, graph, options));
    const opened = ledger.live;
    const { inputs, targets } = emptyBatch(graph, sizes, training, batch);
    // Later predictions reuse what the first one makes for each filter; a training step makes it again, for its new filters.
    if (training === undefined) await session.predict(inputs);
    const held = ledger.live;
    ledger.restart();
    if (training === undefined) await session.predict(inputs);
    else await session.step(inputs, targets, 0);
    return { opened, held, entries: [...ledger.entries] }; // closing the session adds to them
  } finally {
    session?.close(); // in turn: before its backend goes
    await exclusively(async () => remove(tf, backend.name));
  }
}

const backendOfShapes: Omit<Backend, "tf" | "name" | "ledger"> = {
  description: "shapes without values",
  device: "none",
  software: false,
};

function remove(tf: TensorFlow, name: string): void {
  tf.removeBackend(name);
  unregisterShapeKernels(tf, name);
}
