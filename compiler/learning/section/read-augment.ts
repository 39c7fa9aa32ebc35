/** `augment flip, flip_vertical, rotate(90), scale(0.8 .. 1.25), crop(256), brightness(0.2), contrast(0.2)`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import { augmentations, needsClasses } from "../augmentations/registry.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { learnsMasks } from "../targets/registry.ts";
import { isNone, readList } from "./read-list.ts";
import type { TrainReader } from "./train-reader.ts";

export function readAugment(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const example = "augment flip, rotate(90)";
  const augment = readList(entry, "augmentation", augmentations, example, reader, isNone);
  const rare = needsClasses(augment);
  const { outputs } = reader.facts;
  if (rare && outputs !== undefined && !outputs.some(({ target }) => learnsMasks(target))) {
    const facts = {
      what: "`rare` of crop",
      wanted: "removed where no output learns labels",
      found: "a share",
    };
    reader.report("training/wrong-value", facts, entry.span);
  }
  return { augment };
}
