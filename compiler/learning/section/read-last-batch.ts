/** `last_batch drop`: what happens to the images that do not fill a batch. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import type { TrainReader } from "./train-reader.ts";

export function readLastBatch(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "last_batch join");
  const lastBatch = term && reader.word(term, "last batch", ["join", "keep", "drop"]);
  return lastBatch === undefined ? {} : { lastBatch };
}
