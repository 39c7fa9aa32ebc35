/** The memory a training run will need, before its first step. */

import { largestBatch, memoryPeak } from "../../compiler/analyses/cost/memory-schedule.ts";
import type { PerAxis } from "../../compiler/axis.ts";
import { counted } from "../../compiler/counted.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Engine, ExpectedBatch, SessionTraining } from "../engines/engine.ts";
import { memoryGaps } from "../engines/memory-gaps.ts";
import { UserError } from "../user-error.ts";
import type { ExpectedBatches } from "./expected-batches.ts";
import { fitTraining, megabytes } from "./fit-memory.ts";

export interface MemoryNeed {
  readonly engine: Engine["name"];
  /** Peak memory in bytes. */
  readonly bytes: number;
  /** In a training step, or in validation, which takes whole images where training takes crops. */
  readonly in: "step" | "validation";
  /** Images, or patches, of the batch that takes it. */
  readonly batch: number;
  /** [height, width] of each, with padding. */
  readonly image: PerAxis<number>;
  /** The most the engine can hold, where that is known. */
  readonly room: number | undefined;
  /** The most of them whose batch fits `room` with the gaps that the memory may have. */
  readonly safeBatch: number | undefined;
  /** Operations that recomputation adds to a step, as a share of those without it; 0: nothing is computed again. */
  readonly added: number;
}

export interface FittedTraining {
  readonly training: SessionTraining;
  readonly need: MemoryNeed;
}

/**
 * The training, with recomputation where a step would need more than so many bytes; and what it then needs.
 * @param memory `undefined`: as much as the engine holds
 * @throws UserError when a step or validation needs more in any way
 */
export async function trainingWithin(
  graph: Graph,
  engine: Engine,
  training: SessionTraining,
  expected: Pick<ExpectedBatches, "trained" | "validated">,
  memory: number | undefined,
): Promise<FittedTraining> {
  if (memory === undefined) return { training, need: await memoryNeed(graph, engine, training, expected) };
  const largest = largestOf(expected.trained);
  const { recomputation, added } = await fitTraining(graph, engine, training, largest, memory);
  const fitted = { ...training, recomputation, sparesMemory: true };
  const need = { ...(await memoryNeed(graph, engine, fitted, expected)), added };
  if (need.bytes > memory) throw validationTooLarge(need, memory);
  return { training: fitted, need };
}

/** What is computed again in a step is not held by a prediction either. */
function validationTooLarge({ bytes, image, engine }: MemoryNeed, memory: number): UserError {
  const least = megabytes(bytes);
  return new UserError(
    `validation with an image of ${image.join("×")} needs ${least} on engine ${engine}; --memory allows ${megabytes(memory)}`,
    `use --memory ${least.replace(" ", "")}, or smaller images (validation uses them uncropped)`,
  );
}

/** @throws UserError when it is more than the engine can hold, naming the largest batch that fits. */
async function memoryNeed(
  graph: Graph,
  engine: Engine,
  training: SessionTraining,
  { trained, validated }: Pick<ExpectedBatches, "trained" | "validated">,
): Promise<MemoryNeed> {
  const step = await needOf(graph, engine, training, trained);
  const validation = validated.length === 0 ? undefined : await needOf(graph, engine, undefined, validated);
  const need = validation !== undefined && validation.bytes > step.bytes ? validation : step;
  if (need.room !== undefined && need.bytes > need.room) throw tooMuch(need);
  return need;
}

/** The batch of most pixels. */
function largestOf(batches: readonly ExpectedBatch[]): ExpectedBatch {
  const pixels = ({ images, sizes }: ExpectedBatch): number =>
    [...sizes.values()].reduce((sum, [height, width]) => sum + images * height * width, 0);
  return batches.reduce((most, batch) => (pixels(batch) > pixels(most) ? batch : most));
}

/** Of the batch of most pixels. */
async function needOf(
  graph: Graph,
  engine: Engine,
  training: SessionTraining | undefined,
  batches: readonly ExpectedBatch[],
): Promise<MemoryNeed> {
  const { images, sizes } = largestOf(batches);
  const schedule = await engine.forecast(graph, { sizes, training });
  const { room } = engine;
  return {
    engine: engine.name,
    bytes: memoryPeak(schedule, images).bytes,
    in: training === undefined ? "validation" : "step",
    batch: images,
    image: [...sizes.values()][0] ?? [0, 0],
    room,
    safeBatch: room && largestBatch(schedule, room / memoryGaps),
    added: 0,
  };
}

function tooMuch({ engine, bytes, in: where, batch, image, room = 0, safeBatch = 0 }: MemoryNeed): UserError {
  const what = where === "step" ? "a training step" : "validation";
  const smaller =
    where === "step"
      ? "smaller images (`augment crop(…)`)"
      : "smaller images (validation uses them uncropped)";
  return new UserError(
    `${what} with ${counted(batch, "image")} of ${image.join("×")} needs ${gigabytes(bytes)}, and the ${engine} engine holds at most ${gigabytes(room)}`,
    where === "step" && safeBatch > 0
      ? `use a batch of at most ${safeBatch} (--batch ${safeBatch}), or another engine`
      : `even one image may not fit: use ${smaller}, a narrower network (--set), or another engine`,
  );
}

/** "4.29 GB" */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}
