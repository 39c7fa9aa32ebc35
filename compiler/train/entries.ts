/** The entries a `train` section may hold beside `targets` and `loss`. A new one is a reader in a file beside this and a line here. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { TrainConfiguration } from "./configuration.ts";
import { readAugment } from "./read-augment.ts";
import { readBatch, readEpochs, readSeed } from "./read-counts.ts";
import { readData } from "./read-data.ts";
import { readInputs } from "./read-inputs.ts";
import { readKeep } from "./read-keep.ts";
import { readLastBatch } from "./read-last-batch.ts";
import { readMasks } from "./read-masks.ts";
import { readObjects } from "./read-objects.ts";
import { readOptimizer } from "./read-optimizer.ts";
import { readSchedule } from "./read-schedule.ts";
import { readStart } from "./read-start.ts";
import type { TrainReader } from "./train-reader.ts";

/** The part of the configuration the entry says; empty after a mistake. */
export type EntryReader = (entry: TrainEntry, reader: TrainReader) => Partial<TrainConfiguration>;

export const entryReaders = {
  start: readStart,
  data: readData,
  masks: readMasks,
  augment: readAugment,
  inputs: readInputs,
  objects: readObjects,
  optimizer: readOptimizer,
  schedule: readSchedule,
  epochs: readEpochs,
  batch: readBatch,
  last_batch: readLastBatch,
  seed: readSeed,
  keep: readKeep,
} as const satisfies Record<string, EntryReader>;
