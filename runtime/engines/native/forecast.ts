/** The memory of a prediction or a training step, from what its programs hold live. */
import type {
  MemoryChange,
  MemoryPhase,
  MemorySchedule,
} from "../../../compiler/analyses/cost/memory-schedule.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { ruleOf } from "../../../compiler/tensors/optimizers/rules.ts";
import { type Holding, plan } from "../../../compiler/tensors/passes/plan.ts";
import { recomputedAlike } from "../../../compiler/tensors/passes/recompute/recomputed-alike.ts";
import type { Program, Step } from "../../../compiler/tensors/program.ts";
import { predictionProgram } from "../../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram } from "../../../compiler/tensors/programs/training.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { UserError } from "../../user-error.ts";
import { weightsOf } from "../../weights/weight-name.ts";
import { averagedOf } from "../averaged-state.ts";
import { shapesAt } from "../check-inputs.ts";
import { comparedOutputs } from "../compared-outputs.ts";
import type { MemoryDemand } from "../engine.ts";

/**
 * As the executor has them on AVX-512, on every machine, so that a forecast is the same everywhere. With blocks of 8 that of fc-densenet's
 * prediction is the same, without blocks (`FCN_NATIVE_BLOCKED=0`) a sixth less.
 */
const parts = { block: 16 };

/** Values are of four bytes. */
const bytesOf = (shape: readonly number[]): number => 4 * elementCount(shape);

/**
 * Batches whose programs differ in sizes only. At small ones a simplified program has its own steps: a sum over one image is none,
 * and the constant 1/8 of two images of 2×2 is that of one of 2×4.
 */
const [fewer, more] = [97, 101];

/**
 * What the engine really does to what its programs plan, measured on networks of 8 to 10 million weights (docs/memory.md). Its models
 * run in the order of their programs (onnx-model.ts), but ONNX Runtime takes memory for a value in chunks that may be larger.
 */
const heldForEachByte = 1.2;

/** Whatever a session computes: the library, its models, the thread. A training session has three models. */
const sessionBytes = { predict: 96 * 2 ** 20, train: 144 * 2 ** 20 };

/** Of a prediction's results: where ONNX Runtime writes them, and what the change of layout copies and leaves to be collected. */
const copiesOfResults = 5;

/**
 * From the programs of two batches: what grows between them grows by the image. A value is held from the step that computes
 * it to the last that reads it.
 * @throws UserError, SizeRefusal as a session's `predict` and `step`.
 */
export function forecastMemory(graph: Graph, { sizes, training, dropout }: MemoryDemand): MemorySchedule {
  const shaped = shapesAt(graph, sizes);
  refuseLongAxes(shaped.shapes);
  const programOf = (batch: number) =>
    training === undefined
      ? predictionProgram(shaped, batch, { dropout, parts })
      : gradientsProgram(shaped, batch, comparedOutputs(graph, training), { dropout: true, parts });
  const copies = training === undefined ? copiesOfResults : 0;
  const programs = recomputedAlike([programOf(fewer), programOf(more)], training?.recomputation);
  const [heldByFewer = [], heldByMore = []] = programs.map((program) => heldBy(program, copies));
  if (heldByFewer.length !== heldByMore.length) throw otherCourse();
  const weights = weightsOf(graph).map(({ specification }) => specification);
  const trainable = weights.filter((weight) => weight.trainable);
  const sum = (of: readonly { readonly shape: readonly number[] }[]) =>
    of.reduce((bytes, { shape }) => bytes + bytesOf(shape), 0);
  const kept = training === undefined ? 0 : ruleOf(training.optimizer).moments(training.optimizer).length;
  // sums of gradients, which the first batch of an update is written beside
  const sums = (training?.accumulate ?? 1) > 1 ? 2 : 0;
  const moments = kept + sums;
  const averaged = training?.average === undefined ? [] : averagedOf(graph);
  return {
    weights: sum(weights),
    moments: moments * sum(trainable) + sum(averaged),
    // filters in the kernels' order, and gradients
    kept:
      training === undefined
        ? sessionBytes.predict + 2 * sum(weights)
        : sessionBytes.train + 2 * sum(weights) + sum(trainable),
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

/** What the lowering makes no values of: other types, and operands that operators repeat themselves. */
const held: Holding = {
  aliases: new Set(["reshape", "stop_gradient", "broadcast"]),
  free: new Set(["constant"]),
};

/** The feeds and copies of the results throughout; between them what the steps take, and give back, in turn. */
function heldBy(program: Program, copies: number): readonly Held[] {
  const { feeds, buffers } = plan(program, held);
  const results = program.outputs.map(({ value }) => bytesOf(program.values[value]?.shape ?? []));
  const bytesOutside = feeds + copies * results.reduce((sum, bytes) => sum + bytes, 0);
  const moments = buffers.flatMap(({ bytes, from, to }, i) => [
    { allocation: i + 1, bytes, place: from },
    { allocation: i + 1, bytes: -bytes, place: to },
  ]);
  // a step takes its results before it gives back its operands
  const inTurn = moments.toSorted((a, b) => a.place - b.place || Math.sign(b.bytes) - Math.sign(a.bytes));
  const changes = inTurn.map(({ allocation, bytes, place }) => ({
    allocation,
    bytes,
    ...whereOf(program.steps[place]),
  }));
  const fed = { allocation: 0, ...whereOf(undefined) };
  return [{ ...fed, bytes: bytesOutside }, ...changes, { ...fed, bytes: -bytesOutside }];
}

function whereOf(step: Step | undefined): Pick<Held, "phase" | "node"> {
  const part = step?.origin.part ?? "forward";
  const phases = {
    forward: "forward",
    loss: "forward",
    backward: "backward",
    recomputation: "backward",
    update: "update",
  } as const;
  return { phase: phases[part], node: part === "loss" ? undefined : step?.origin.node };
}
