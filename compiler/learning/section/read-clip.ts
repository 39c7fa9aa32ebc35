/** `clip norm(1)`, `clip value(0.5), norm(5)`, `clip none`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import { clippings } from "../clipping/registry.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { isNone, readList } from "./read-list.ts";
import type { TrainReader } from "./train-reader.ts";

export function readClip(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const clip = readList(entry, "way to clip", clippings, "clip norm(1)", reader, isNone);
  return clip.length === 0 ? {} : { clip };
}
