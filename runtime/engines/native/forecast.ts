/** The memory of a prediction or a training step, from what its programs hold live. */
import type {
  MemoryChange,
  MemoryPhase,
  MemorySchedule,
} from "../../../compiler/analyses/cost/memory-schedule.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { ruleOf } from "../../../compiler/tensors/optimizers/rules.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Program, Step } from "../../../compiler/tensors/program.ts";
import type { ComparedOutput } from "../../../compiler/tensors/programs/compared-outputs.ts";
import { predictionProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram } from "../../../compiler/tensors/programs/training.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { UserError } from "../../user-error.ts";
import { weightsOf } from "../../weights/weight-name.ts";
import { shapesAt } from "../check-inputs.ts";
import type { MemoryDemand, SessionTraining } from "../engine.ts";

/** Values are of four bytes. */
const bytesOf = (shape: readonly number[]): number => 4 * elementCount(shape);

/**
 * Batches whose programs differ in sizes only. At small ones a simplified program has its own steps: a sum over one image is none,
 * and the constant 1/8 of two images of 2×2 is that of one of 2×4.
 */
const [fewer, more] = [97, 101];

/**
 * What ONNX Runtime holds for each byte that is live: it takes memory in large steps, and its kernels take workspaces. Measured on U-Nets
 * of 128×128 to 256×256 pixels, batches of 1 and 4 (docs/memory.md).
 */
const heldForEachByte = 1.7;

/** Of a session, whatever it computes. */
const sessionBytes = 64 * 2 ** 20;

/**
 * From the programs of two batches: what grows between them grows by the image. A value is held from the step that computes
 * it to the last that reads it; what moves no value takes nothing, and a step of one element each writes over an operand that nothing
 * reads after it.
 * @throws UserError, SizeRefusal as a session's `predict` and `step`.
 */
export function forecastMemory(graph: Graph, { sizes, training }: MemoryDemand): MemorySchedule {
  const shaped = shapesAt(graph, sizes);
  refuseLongAxes(shaped.shapes);
  const programOf = (batch: number) =>
    training === undefined
      ? predictionProgram(shaped, batch)
      : gradientsProgram(shaped, batch, comparedOutputs(graph, training), { dropout: true });
  const [heldByFewer, heldByMore] = [heldBy(programOf(fewer)), heldBy(programOf(more))];
  if (heldByFewer.length !== heldByMore.length) throw otherCourse();
  const weights = weightsOf(graph).map(({ specification }) => specification);
  const trainable = weights.filter((weight) => weight.trainable);
  const sum = (of: readonly { readonly shape: readonly number[] }[]) =>
    of.reduce((bytes, { shape }) => bytes + bytesOf(shape), 0);
  const moments = training === undefined ? 0 : ruleOf(training.optimizer).moments(training.optimizer).length;
  const updated = training === undefined ? 0 : (1 + moments) * sum(trainable);
  return {
    weights: sum(weights),
    moments: moments * sum(trainable),
    // filters in the kernels' order, both ways; copies on their way in; what an update writes beside what it reads, and the gradients
    kept:
      sessionBytes + (training === undefined ? sum(weights) : 4 * sum(weights) + updated + sum(trainable)),
    changes: heldByFewer.map((entry, i) => between(entry, heldByMore[i])),
  };
}

/** A program has the matrices of its resamplings, a row for every position along an axis. */
const longestAxis = 2 ** 18;

function refuseLongAxes(shapes: readonly (readonly number[])[]): void {
  if (shapes.every(([, height = 0, width = 0]) => Math.max(height, width) <= longestAxis)) return;
  const most = longestAxis.toLocaleString("en-US");
  throw new UserError(
    `memory is forecast for the engine native only where no feature map has more than ${most} positions along an axis`,
    "ask for a smaller input size, or for another engine",
  );
}

function comparedOutputs(graph: Graph, training: SessionTraining): readonly ComparedOutput[] {
  return graph.outputs.flatMap((output) => {
    const settings = training.outputs.get(output.name);
    if (settings === undefined) return [];
    return [{ output, predicts: settings.predicts, terms: settings.loss.map(({ term }) => term) }];
  });
}

interface Held {
  readonly allocation: number;
  readonly bytes: number;
  readonly phase: MemoryPhase;
  readonly node: number | undefined;
}

function between(one: Held, other: Held | undefined): MemoryChange {
  if (other?.allocation !== one.allocation) throw otherCourse();
  const perImage = (heldForEachByte * (other.bytes - one.bytes)) / (more - fewer);
  const { allocation, phase, node } = one;
  return { allocation, phase, node, perImage, fixed: heldForEachByte * one.bytes - fewer * perImage };
}

function otherCourse(): Error {
  return new Error(`a batch of ${more} images takes memory in another course than one of ${fewer}`);
}

/** Results that are an operand under another name. */
const moveNothing: ReadonlySet<PrimitiveName> = new Set([
  "reshape",
  "stop_gradient",
  "broadcast",
  "constant",
]);

/** Each element from those of the same place. */
const pointwise: ReadonlySet<PrimitiveName> = new Set([
  ...(["negate", "exp", "log", "sqrt", "tanh", "sigmoid", "erf", "abs", "floor", "add", "subtract"] as const),
  ...(["multiply", "divide", "maximum", "minimum", "power", "select"] as const),
]);

function heldBy(program: Program): readonly Held[] {
  const readers = readsOf(program);
  const held: Held[] = [];
  /** Which allocation a value lies in, and how many values of it are still to be read. */
  const places = new Map<number, number>();
  const live = new Map<number, { bytes: number; values: number }>();
  let next = 0;
  const place = (value: number, step: Step | undefined, allocation: number | undefined) => {
    const bytes = bytesOf(program.values[value]?.shape ?? []);
    const into = allocation ?? next++;
    if (allocation === undefined) held.push({ allocation: into, bytes, ...whereOf(step) });
    const known = live.get(into);
    live.set(into, { bytes: known?.bytes ?? bytes, values: (known?.values ?? 0) + 1 });
    places.set(value, into);
  };
  const release = (value: number, step: Step | undefined) => {
    const from = places.get(value);
    const known = from === undefined ? undefined : live.get(from);
    if (from === undefined || known === undefined) return;
    places.delete(value);
    if (known.values > 1) {
      live.set(from, { ...known, values: known.values - 1 });
      return;
    }
    live.delete(from);
    held.push({ allocation: from, bytes: -known.bytes, ...whereOf(step) });
  };
  for (const { value } of program.feeds) place(value, undefined, undefined);
  for (const step of program.steps) {
    if (!step.results.some((id) => (readers.get(id) ?? 0) > 0)) continue;
    const last = step.operands.filter((id) => readers.get(id) === 1);
    for (const id of step.results) {
      if ((readers.get(id) ?? 0) === 0) continue;
      if (step.primitive === "constant") continue;
      const from = moveNothing.has(step.primitive) ? step.operands[0] : overwritten(program, step, last, id);
      const allocation = from === undefined ? undefined : places.get(from);
      if (from !== undefined && allocation === undefined && moveNothing.has(step.primitive)) continue; // of a weight or a constant
      place(id, step, allocation);
    }
    for (const id of new Set(step.operands)) {
      readers.set(id, (readers.get(id) ?? 0) - step.operands.filter((one) => one === id).length);
      if ((readers.get(id) ?? 0) <= 0) release(id, step);
    }
  }
  for (const value of [...places.keys()]) release(value, undefined);
  return held;
}

/** The operand that the result is written over. */
function overwritten(
  program: Program,
  step: Step,
  last: readonly number[],
  result: number,
): number | undefined {
  if (!pointwise.has(step.primitive)) return undefined;
  const bytes = bytesOf(program.values[result]?.shape ?? []);
  return last.find((id) => bytesOf(program.values[id]?.shape ?? []) === bytes);
}

function whereOf(step: Step | undefined): Pick<Held, "phase" | "node"> {
  const part = step?.origin.part ?? "forward";
  const phases = { forward: "forward", loss: "forward", backward: "backward", update: "update" } as const;
  return { phase: phases[part], node: part === "loss" ? undefined : step?.origin.node };
}

/** How often each value is read; what a run gives out is read once more, after it. */
function readsOf({ steps, outputs, updates }: Program): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (id: number) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { value } of [...outputs, ...updates]) count(value);
  for (const { operands, results } of steps.toReversed()) {
    if (results.some((id) => (counts.get(id) ?? 0) > 0)) for (const id of operands) count(id);
  }
  return counts;
}
