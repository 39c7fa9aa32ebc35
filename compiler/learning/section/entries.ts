/** The entries of a `train` section besides `targets` and `loss`. A new one needs a reader in its own file and a line here. */
import type { EntryReader } from "./entry-reader.ts";
import { readAugment } from "./read-augment.ts";
import { readAverage } from "./read-average.ts";
import { readClip } from "./read-clip.ts";
import { readAccumulate, readBatch, readEpochs, readSeed } from "./read-counts.ts";
import { readData } from "./read-data.ts";
import { readFreeze, readGroups } from "./read-groups.ts";
import { readInputs } from "./read-inputs.ts";
import { readKeep } from "./read-keep.ts";
import { readLastBatch } from "./read-last-batch.ts";
import { readMasks } from "./read-masks.ts";
import { readObjects } from "./read-objects.ts";
import { readOptimizer } from "./read-optimizer.ts";
import { readSchedule } from "./read-schedule.ts";
import { readStart } from "./read-start.ts";
import { readSweep } from "./read-sweep.ts";

export const entryReaders = {
  start: readStart,
  data: readData,
  masks: readMasks,
  augment: readAugment,
  inputs: readInputs,
  objects: readObjects,
  optimizer: readOptimizer,
  groups: readGroups,
  freeze: readFreeze,
  clip: readClip,
  accumulate: readAccumulate,
  average: readAverage,
  schedule: readSchedule,
  epochs: readEpochs,
  batch: readBatch,
  last_batch: readLastBatch,
  seed: readSeed,
  keep: readKeep,
  sweep: readSweep,
} as const satisfies Record<string, EntryReader>;
