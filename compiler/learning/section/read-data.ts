/** `data folder("data", images = "image/*.png", labels = "label/*.png", validate = 20%)`, `data list("train.txt")`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { dataFormats } from "../data/registry.ts";
import { readDefined } from "./defined-word.ts";
import type { TrainReader } from "./train-reader.ts";

const example = 'data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)';

export function readData(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, example);
  const data = term && readDefined(term, "kind of data", dataFormats, reader);
  return data === undefined ? {} : { data };
}
