/** Batches made in worker threads ahead of the engine, in an order that follows from the seed alone. */
import { type AugmentationConfiguration, cropOf } from "../../compiler/learning/augmentations/registry.ts";
import type { LastBatch } from "../../compiler/learning/configuration.ts";
import { Random } from "../random.ts";
import { oddTurnShare } from "./augment/draw.ts";
import type { Batch, DataSet } from "./data-set.ts";
import { type DecodePool, sharedPool } from "./decode-pool.ts";
import type { InputPlan, TargetPlan } from "./input-plan.ts";
import { type BatchReply, layersOf } from "./make-batch.ts";
import type { Pair } from "./pair.ts";
import { planBatches } from "./plan-batches.ts";
import { cacheOf, sizeOf } from "./sample-cache.ts";

interface CommonOptions {
  /** Images a batch; the last batch of a size may have fewer, or one more (`lastBatch`). */
  readonly batch: number;
  readonly inputs: readonly InputPlan[];
  readonly targets: readonly TargetPlan[];
  /** Left out: the pool of this process. */
  readonly pool?: DecodePool;
}

export interface TrainingBatchOptions extends CommonOptions {
  readonly augment: readonly AugmentationConfiguration[];
  readonly seed: number;
  /** Left out: "join". */
  readonly lastBatch?: LastBatch;
  /** Counts from 0; each has its own order and augmentations. */
  readonly epoch: number;
  /** Batches of the epoch that were taken before, by a run that is resumed: they are not made again. */
  readonly skip?: number;
}

/** Batches asked for and not yet taken: what the workers do while the engine holds the main thread. */
const ahead = 4;

/**
 * Every training pair once, shuffled and augmented: the same seed and epoch give the same batches, whatever the number and
 * timing of the workers. Without a crop, pairs of different size go into different batches.
 * @throws UserError naming the file that cannot be used
 */
export async function* trainingBatches(
  dataSet: DataSet,
  options: TrainingBatchOptions,
): AsyncGenerator<Batch, void, undefined> {
  const { augment, seed, epoch, lastBatch = "join" } = options;
  const items = dataSet.training.map((pair, i) => ({ pair, stream: `epoch ${epoch} pair ${i}` }));
  const shuffled = new Random(seed, `order of epoch ${epoch}`).shuffled(items);
  const sizes = await planningSizes(dataSet, augment);
  const plan = planBatches(shuffled, options.batch, ({ pair }) => sizes?.get(pair)?.join() ?? "", lastBatch);
  const oddShare = oddTurnShare(augment);
  const turns = new Random(seed, `turns of epoch ${epoch}`);
  const jobs = plan.map((group) => ({
    group,
    oddTurns: oddShare === undefined ? undefined : turns.uniform() < oddShare,
  }));
  yield* inOrder(jobs.slice(options.skip ?? 0), dataSet, { ...options, augment, seed });
}

/** How many batches `trainingBatches` gives, skipping none: the same for every epoch. */
export async function countTrainingBatches(
  dataSet: DataSet,
  { augment, batch, lastBatch = "join" }: Pick<TrainingBatchOptions, "augment" | "batch" | "lastBatch">,
): Promise<number> {
  const sizes = await planningSizes(dataSet, augment);
  return planBatches(dataSet.training, batch, (pair) => sizes?.get(pair)?.join() ?? "", lastBatch).length;
}

/** The sizes by which pairs are separated into batches; `undefined` where a crop makes all one size. */
async function planningSizes(
  dataSet: DataSet,
  augment: readonly AugmentationConfiguration[],
): Promise<ReadonlyMap<Pair, readonly [number, number]> | undefined> {
  return cropOf(augment) === undefined ? sizesOf(dataSet, dataSet.training) : undefined;
}

/** Every validation pair once, in order, as it is; pairs of different size go into different batches. */
export async function* validationBatches(
  dataSet: DataSet,
  options: CommonOptions,
): AsyncGenerator<Batch, void, undefined> {
  const sizes = await sizesOf(dataSet, dataSet.validation);
  const items = dataSet.validation.map((pair) => ({ pair, stream: "" }));
  const plan = planBatches(items, options.batch, ({ pair }) => sizes.get(pair)?.join() ?? "", "keep");
  const jobs = plan.map((group) => ({ group, oddTurns: undefined }));
  yield* inOrder(jobs, dataSet, { ...options, augment: [], seed: 0 });
}

interface Job {
  readonly group: readonly { readonly pair: Pair; readonly stream: string }[];
  readonly oddTurns: boolean | undefined;
}

/** A bounded queue: at most `ahead` batches are under way or waiting, and they come out in the order of the jobs. */
async function* inOrder(
  jobs: readonly Job[],
  dataSet: DataSet,
  options: CommonOptions & Pick<TrainingBatchOptions, "augment" | "seed">,
): AsyncGenerator<Batch, void, undefined> {
  const { augment, seed, pool = sharedPool(), inputs, targets } = options;
  const cache = cacheOf(dataSet, layersOf(inputs, targets));
  const request = async ({ group, oddTurns }: Job): Promise<BatchReply> => {
    const items = group.map(({ pair, stream }) => ({ pair, stream, sample: cache.get(pair) }));
    const common = { masks: dataSet.masks, inputs, targets, augment, seed, oddTurns };
    const reply = await pool.batch({ ...common, items, keep: cache.open });
    for (const [place, sample] of reply.decoded) {
      const item = group[place];
      if (item !== undefined) cache.put(item.pair, sample);
    }
    return reply;
  };
  const underWay: Promise<BatchReply>[] = [];
  let next = 0;
  while (next < jobs.length || underWay.length > 0) {
    while (underWay.length < ahead && next < jobs.length) {
      const job = jobs[next++];
      if (job === undefined) break;
      const reply = request(job);
      reply.catch(() => {}); // reported where it is awaited; a batch nobody comes for may fail unreported
      underWay.push(reply);
    }
    const first = underWay.shift();
    if (first !== undefined) yield (await first).batch;
  }
}

async function sizesOf(
  dataSet: DataSet,
  pairs: readonly Pair[],
): Promise<ReadonlyMap<Pair, readonly [number, number]>> {
  const sizes = new Map<Pair, readonly [number, number]>();
  for (const pair of pairs) sizes.set(pair, await sizeOf(dataSet, pair));
  return sizes;
}
