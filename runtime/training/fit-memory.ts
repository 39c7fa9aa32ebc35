/** A training step within so many bytes: with as little recomputation as that takes. */
import { memoryPeak } from "../../compiler/analyses/cost/memory-schedule.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Recomputation } from "../../compiler/tensors/passes/recompute/dropped-values.ts";
import { recomputationLevels } from "../../compiler/tensors/passes/recompute/levels.ts";
import { gradientsProgram } from "../../compiler/tensors/programs/training.ts";
import { shapesAt } from "../engines/check-inputs.ts";
import { comparedOutputs } from "../engines/compared-outputs.ts";
import type { Engine, ExpectedBatch, SessionTraining } from "../engines/engine.ts";
import { UserError } from "../user-error.ts";

export interface TrainingLevel {
  /** `undefined`: everything is held that the backward pass reads. */
  readonly recomputation: Recomputation | undefined;
  /** Operations that are added, as a share of those without recomputation. */
  readonly added: number;
  /** Bytes of a step, by the engine's forecast. */
  readonly bytes: number;
}

type Sized = Pick<ExpectedBatch, "images" | "sizes">;

/**
 * From the training as it is to the least memory; each level needs less than the one before.
 * @throws as the engine's forecast
 */
export async function* trainingLevels(
  graph: Graph,
  engine: Engine,
  training: SessionTraining,
  { images, sizes }: Sized,
): AsyncGenerator<TrainingLevel> {
  const bytesWith = async (recomputation: Recomputation | undefined) => {
    const schedule = await engine.forecast(graph, { sizes, training: { ...training, recomputation } });
    return memoryPeak(schedule, images).bytes;
  };
  let least = await bytesWith(undefined);
  yield { recomputation: undefined, added: 0, bytes: least };
  const program = gradientsProgram(shapesAt(graph, sizes), images, comparedOutputs(graph, training), {
    dropout: true,
  });
  for (const { recomputation, added } of recomputationLevels(program)) {
    const bytes = await bytesWith(recomputation);
    // what the program saves, an engine may hold in another form
    if (bytes >= least) continue;
    least = bytes;
    yield { recomputation, added, bytes };
  }
}

/** The first level that fits. @throws UserError where none does, naming the least memory that would */
export async function fitTraining(
  graph: Graph,
  engine: Engine,
  training: SessionTraining,
  batch: ExpectedBatch,
  memory: number,
): Promise<TrainingLevel> {
  let last: TrainingLevel | undefined;
  for await (const level of trainingLevels(graph, engine, training, batch)) {
    if (level.bytes <= memory) return level;
    last = level;
  }
  const { images, sizes } = batch;
  const size = ([...sizes.values()][0] ?? [0, 0]).join("×");
  const least = megabytes(last?.bytes ?? 0);
  const step = `a training step with ${images === 1 ? "1 image" : `${images} images`} of ${size}`;
  throw new UserError(
    `${step} needs at least ${least} on engine ${engine.name}, with feature maps recomputed in the backward pass; --memory allows ${megabytes(memory)}`,
    `use --memory ${least.replace(" ", "")}${images > 1 ? ", a smaller --batch" : ""} or smaller images (augment crop(…))`,
  );
}

/** Rounded up: "1234 MB". */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
