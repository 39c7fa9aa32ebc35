/** What reads an entry of a `train` section. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import type { TrainReader } from "./train-reader.ts";

/** Returns the part of the configuration that the entry defines; empty after an error. */
export type EntryReader = (entry: TrainEntry, reader: TrainReader) => Partial<TrainConfiguration>;
