/** `epochs 40`, `batch 4`, `accumulate 8`, `seed 1`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

function readWhole<K extends "epochs" | "batch" | "accumulate" | "seed">(
  key: K,
  range: NumberRange,
  example: string,
): (entry: TrainEntry, reader: TrainReader) => Partial<TrainConfiguration> {
  return (entry, reader) => {
    const term = reader.single(entry, example);
    const value = term === undefined ? undefined : reader.number(term, key, range);
    return value === undefined ? {} : { [key]: value };
  };
}

export const readEpochs = readWhole("epochs", ranges.count, "epochs 40");
export const readBatch = readWhole("batch", ranges.count, "batch 4");
export const readAccumulate = readWhole("accumulate", ranges.count, "accumulate 8");
export const readSeed = readWhole("seed", ranges.seed, "seed 1");
