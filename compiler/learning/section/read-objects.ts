/** `objects 64`, `objects 128x48`: the size of the largest objects, which the receptive field must cover. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { constantNumber } from "./constant-number.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

const wanted = "a number of pixels such as 64, or height by width such as 128x48";

export function readObjects(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "objects 64");
  if (term === undefined) return {};
  const { allows } = ranges.count;
  if (term.kind === "extent") {
    const { height, width } = term;
    if (allows(height) && allows(width)) return { objects: [height, width] };
  }
  const side = constantNumber(term);
  if (side !== undefined && allows(side)) return { objects: [side, side] };
  reader.wrong("the size of the objects", wanted, term);
  return {};
}
