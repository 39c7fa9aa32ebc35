/** `schedule poly(power = 0.9)`, `schedule warm_up(500), cosine`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import { schedules } from "../schedules/registry.ts";
import { readList } from "./read-list.ts";
import type { TrainReader } from "./train-reader.ts";

export function readSchedule(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  return { schedule: readList(entry, "schedule", schedules, "schedule warm_up(500), cosine", reader) };
}
