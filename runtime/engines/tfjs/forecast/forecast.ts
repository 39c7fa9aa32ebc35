/** The memory of a prediction or a training step: what its compiled programs take and free, in their order. */
import type { MemoryChange, MemorySchedule } from "../../../../compiler/analyses/cost/memory-schedule.ts";
import type { Graph } from "../../../../compiler/network/graph.ts";
import { ruleOf } from "../../../../compiler/tensors/optimizers/rules.ts";
import { recomputedAlike } from "../../../../compiler/tensors/passes/recompute/recomputed-alike.ts";
import type { Program } from "../../../../compiler/tensors/program.ts";
import { predictionProgram } from "../../../../compiler/tensors/programs/prediction.ts";
import { gradientsProgram, trainedWeights } from "../../../../compiler/tensors/programs/training.ts";
import { updateProgram } from "../../../../compiler/tensors/programs/update.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { weightsOf } from "../../../weights/weight-name.ts";
import { averagedOf } from "../../averaged-state.ts";
import { shapesAt } from "../../check-inputs.ts";
import { comparedOutputs } from "../../compared-outputs.ts";
import { checkEmptyBatch } from "../../empty-batch.ts";
import type { MemoryDemand, SessionTraining, TfjsEngineName } from "../../engine.ts";
import { checkLength } from "../../zeros.ts";
import { compileProgram } from "../compile/compile-program.ts";
import type { Compiled } from "../compile/compiled.ts";
import { loadTensorFlow } from "../load.ts";
import { Course, type Entry } from "./course.ts";

/**
 * Batches whose programs differ in sizes only. At small ones a simplified program has its own steps: a sum over one image is none,
 * and the constant 1/8 of two images of 2×2 is that of one of 2×4.
 */
const [fewer, more] = [97, 101];

/**
 * From the programs of two batches: what grows between them grows by the image.
 * @throws UserError, SizeRefusal as a session's `predict` and `step`
 */
export async function forecastMemory(
  engine: TfjsEngineName,
  graph: Graph,
  { sizes, training, dropout }: MemoryDemand,
): Promise<MemorySchedule> {
  const tf = await loadTensorFlow();
  const shaped = shapesAt(graph, sizes);
  checkEmptyBatch(graph, sizes, training, 1);
  for (const { node } of graph.outputs) checkLength(shaped.shapes[node] ?? [], "an output");
  const averaged = training?.average === undefined ? [] : averagedOf(graph);
  const summed = (training?.accumulate ?? 1) > 1;
  const compiledOf = (program: Program): Compiled => compileProgram(tf, engine, program);
  const programOf = (batch: number) =>
    training === undefined
      ? predictionProgram(shaped, batch, { dropout })
      : gradientsProgram(shaped, batch, comparedOutputs(graph, training), { dropout: true });
  const updateAfter = ({ outputs }: Program, { optimizer, clip }: SessionTraining): Compiled => {
    const names = new Set(outputs.filter(({ kind }) => kind === "gradient").map(({ name }) => name));
    const weights = trainedWeights({ graph }).filter(({ name }) => names.has(name));
    return compiledOf(updateProgram(graph.name, weights, optimizer, { clip, accumulated: summed, averaged }));
  };
  let update: Compiled | undefined; // the same after every batch
  const entriesOf = (program: Program): readonly Entry[] => {
    if (training === undefined) return new Course(true).run(compiledOf(program)).entries;
    update ??= updateAfter(program, training);
    return new Course(false).run(compiledOf(program)).update(update).entries;
  };
  const programs = recomputedAlike([programOf(fewer), programOf(more)], training?.recomputation);
  const [byFewer = [], byMore = []] = programs.map(entriesOf);
  if (byFewer.length !== byMore.length) throw otherCourse();
  const bytes = (shapes: readonly (readonly number[])[]) =>
    shapes.reduce((sum, shape) => sum + 4 * elementCount(shape), 0);
  const weights = weightsOf(graph).map(({ specification }) => specification);
  const kept = training === undefined ? 0 : ruleOf(training.optimizer).moments(training.optimizer).length;
  const moments = kept + (summed ? 1 : 0);
  const trainable = weights.filter((weight) => weight.trainable);
  return {
    weights: bytes(weights.map(({ shape }) => shape)),
    moments: moments * bytes(trainable.map(({ shape }) => shape)) + bytes(averaged.map(({ shape }) => shape)),
    kept: byFewer.reduce((sum, { throughout, bytes: taken }) => sum + (throughout ? taken : 0), 0),
    changes: byFewer.flatMap((entry, i) => (entry.throughout ? [] : [between(entry, byMore[i])])),
  };
}

function between(one: Entry, other: Entry | undefined): MemoryChange {
  if (other?.allocation !== one.allocation) throw otherCourse();
  const { allocation, phase, node, most } = one;
  const perImage = (other.bytes - one.bytes) / (more - fewer);
  return { allocation, phase, node, most, perImage, fixed: one.bytes - fewer * perImage };
}

function otherCourse(): Error {
  return new Error(`a batch of ${more} images takes memory in another course than one of ${fewer}`);
}
