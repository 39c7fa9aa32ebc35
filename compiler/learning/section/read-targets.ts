/** `targets labels = labels, depth = depth("depth/*.png", unit = 0.001, missing = 0, log), normals = normals("normals/*.png")`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import { type TargetConfiguration, targets } from "../targets/registry.ts";
import { byOutput, type Said } from "./by-output.ts";
import { readDefined } from "./defined-word.ts";
import type { TrainReader } from "./train-reader.ts";

const example = 'targets labels = labels, depth = depth("depth/*.png", unit = 0.001)';

/** By output; a phrase without a name applies to every output without its own. */
export function readTargets(
  entry: TrainEntry,
  reader: TrainReader,
): ReadonlyMap<string, Said<TargetConfiguration>> {
  return byOutput(entry, "target", example, reader, (term) => readDefined(term, "target", targets, reader));
}
