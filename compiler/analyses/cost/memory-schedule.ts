/**
 * The memory an engine takes and gives back in the course of a prediction or a training step, in order.
 *
 * Every amount is so many bytes at any batch and so many for each image of it, so one schedule gives the live bytes at any
 * moment for any batch size.
 */

export type MemoryPhase = "forward" | "backward" | "update";

export interface MemoryChange {
  /** Same number: the taking and the giving back of one allocation. */
  readonly allocation: number;
  /** Bytes at a batch of b images: fixed + b · perImage, but at most so many. Negative: given back. */
  readonly fixed: number;
  readonly perImage: number;
  /** Left out: without a bound. */
  readonly most?: number | undefined;
  readonly phase: MemoryPhase;
  /** The node whose feature map, or whose gradient, is being computed; `undefined` before the first and for the loss. */
  readonly node: number | undefined;
}

export interface MemorySchedule {
  /** Bytes allocated before it begins and after it ends: weights, optimizer state, what the engine keeps from run to run. */
  readonly weights: number;
  readonly moments: number;
  readonly kept: number;
  readonly changes: readonly MemoryChange[];
}

/** The moment of most live bytes. */
export interface MemoryPeak {
  /** Live bytes, including those allocated throughout. */
  readonly bytes: number;
  readonly phase: MemoryPhase;
  readonly node: number | undefined;
}

/** The memory of one layer, in bytes. */
export interface LayerMemory {
  /** Allocated while its feature map was computed and saved for backward: the feature map, and what its gradient needs. */
  readonly kept: number;
  /** The peak of live bytes, of the whole network, while its feature map is computed; and while its gradient is. 0: it is not. */
  readonly forward: number;
  readonly backward: number;
}

/** The peak at a batch of so many images; the first of equal ones. */
export function memoryPeak(schedule: MemorySchedule, batch: number): MemoryPeak {
  const held = heldThroughout(schedule);
  let live = held;
  let peak: MemoryPeak = { bytes: held, phase: "forward", node: undefined };
  for (const change of schedule.changes) {
    live += bytesOf(change, batch);
    if (live > peak.bytes) peak = { bytes: live, phase: change.phase, node: change.node };
  }
  return peak;
}

/** By node number, of every node that computes something. */
export function layerMemory(schedule: MemorySchedule, batch: number): ReadonlyMap<number, LayerMemory> {
  const layers = new Map<number, { kept: number; forward: number; backward: number }>();
  const layerOf = (node: number) => {
    const layer = layers.get(node) ?? { kept: 0, forward: 0, backward: 0 };
    layers.set(node, layer);
    return layer;
  };
  const takenBy = new Map<number, number>();
  let live = heldThroughout(schedule);
  for (const change of schedule.changes) {
    const bytes = bytesOf(change, batch);
    live += bytes;
    const { node, phase, allocation } = change;
    if (phase === "forward") {
      if (bytes > 0 && node !== undefined) takenBy.set(allocation, node);
      const owner = takenBy.get(allocation);
      if (owner !== undefined) layerOf(owner).kept += bytes;
    }
    if (node === undefined || phase === "update") continue;
    const layer = layerOf(node);
    layer[phase] = Math.max(layer[phase], live);
  }
  return layers;
}

/** The most images of a batch whose peak stays within so many bytes; 0 when one image does not. */
export function largestBatch(schedule: MemorySchedule, bytes: number): number {
  const fits = (batch: number) => memoryPeak(schedule, batch).bytes <= bytes;
  if (!fits(1)) return 0;
  let most = 1;
  while (fits(most * 2) && most < 2 ** 30) most *= 2;
  for (let step = most / 2; step >= 1; step /= 2) if (fits(most + step)) most += step;
  return most;
}

function heldThroughout({ weights, moments, kept }: MemorySchedule): number {
  return weights + moments + kept;
}

function bytesOf({ fixed, perImage, most }: MemoryChange, batch: number): number {
  const bytes = fixed + perImage * batch;
  return most === undefined ? bytes : Math.sign(bytes) * Math.min(Math.abs(bytes), most);
}
