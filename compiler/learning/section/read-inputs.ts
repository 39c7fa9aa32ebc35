/** `inputs image = image(noise = 0.1), depth = image("depth/*.png")`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import { byName, everyOutput } from "./by-output.ts";
import type { TrainConfiguration } from "./configuration.ts";
import { readArguments, readForm } from "./form.ts";
import { patternParameters, readPatterns } from "./read-patterns.ts";
import type { InputConfiguration } from "./target-configuration.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

const example = 'inputs image = image(noise = 0.1), depth = image("depth/*.png")';

const factor: NumberRange = {
  wanted: "a whole number from 1 to 16",
  allows: (value) => Number.isInteger(value) && value >= 1 && value <= 16,
};

/** The default of an input. */
export const plainInput = { from: undefined, shrink: 1, noise: 0 } as const;

export function readInputs(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const names = reader.facts.inputs;
  const said = byName(entry, "input", example, names, reader, (term) => {
    const form = readForm(term, "kind of input", ["image"] as const, reader);
    if (form === undefined) return undefined;
    const parameters = [...patternParameters, { name: "shrink" }, { name: "noise" }];
    const given = readArguments(form, parameters, reader);
    const from = readPatterns(form, given, reader);
    const shrink = given.get("shrink");
    const noise = given.get("noise");
    if (from === "wrong") return undefined;
    return {
      from,
      shrink: (shrink && reader.number(shrink, "shrink", factor)) ?? plainInput.shrink,
      noise: (noise && reader.number(noise, "noise", ranges.factor)) ?? plainInput.noise,
    };
  });
  if (names === undefined) return {};
  const inputs = names.map((name): InputConfiguration => {
    const own = said.get(name) ?? said.get(everyOutput);
    return { name, ...(own?.value ?? plainInput) };
  });
  const [first] = inputs;
  const own = first?.from && (said.get(first.name) ?? said.get(everyOutput))?.term;
  if (own !== undefined) {
    reader.wrong("the first input", "given without files: it uses the images of data", own);
    return {};
  }
  const other = inputs.find(({ shrink }) => shrink !== first?.shrink);
  if (other !== undefined) {
    reader.report("training/shrink-differs", { first: first?.name ?? "", other: other.name }, entry.span);
    return {};
  }
  return { inputs };
}
