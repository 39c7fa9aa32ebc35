/** `schedule constant`, `schedule poly(power = 0.9)`. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { ScheduleConfiguration, TrainConfiguration } from "./configuration.ts";
import { defaultPower } from "./default-configuration.ts";
import { type Form, readArguments, readForm } from "./form.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

type Read = (form: Form, reader: TrainReader) => ScheduleConfiguration;

const schedules: { readonly [K in ScheduleConfiguration["kind"]]: Read } = {
  constant: (form, reader) => {
    readArguments(form, [], reader);
    return { kind: "constant" };
  },
  poly: (form, reader) => {
    const power = readArguments(form, [{ name: "power", positional: true }], reader).get("power");
    const value = power && reader.number(power, "the power of poly", ranges.positive);
    return { kind: "poly", power: value ?? defaultPower };
  },
};

export function readSchedule(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "schedule poly(power = 0.9)");
  if (term === undefined) return {};
  const form = readForm(term, "schedule", ["constant", "poly"] as const, reader);
  return form === undefined ? {} : { schedule: schedules[form.name](form, reader) };
}
