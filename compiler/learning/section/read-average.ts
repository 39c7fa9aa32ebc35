/** `average ema(0.999)`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import { averages } from "../averages/registry.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { readDefined } from "./defined-word.ts";
import { isNone } from "./read-list.ts";
import type { TrainReader } from "./train-reader.ts";

export function readAverage(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "average ema(0.999)");
  if (term === undefined || isNone(term)) return {};
  const average = readDefined(term, "average", averages, reader);
  return average === undefined ? {} : { average };
}
