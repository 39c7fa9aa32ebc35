/** `optimizer adam(learning_rate = 1e-4)`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { optimizers } from "../optimizers/registry.ts";
import { readDefined } from "./defined-word.ts";
import type { TrainReader } from "./train-reader.ts";

export function readOptimizer(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "optimizer adam(learning_rate = 1e-4)");
  const optimizer = term && readDefined(term, "optimizer", optimizers, reader);
  return optimizer === undefined ? {} : { optimizer };
}
