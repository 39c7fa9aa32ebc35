/** `inputs image = image(noise = 0.1), depth = image("depth/*.png")`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { InputConfiguration, TrainConfiguration } from "../configuration.ts";
import { inputKinds, usualInput } from "../inputs/registry.ts";
import { byName, everyOutput } from "./by-output.ts";
import { readDefined } from "./defined-word.ts";
import type { TrainReader } from "./train-reader.ts";

const example = 'inputs image = image(noise = 0.1), depth = image("depth/*.png")';

export function readInputs(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const names = reader.facts.inputs?.map(({ name }) => name);
  const said = byName(entry, "input", example, names, reader, (term) =>
    readDefined(term, "kind of input", inputKinds, reader),
  );
  if (names === undefined) return {};
  return {
    inputs: names.map((name): InputConfiguration => {
      const own = said.get(name) ?? said.get(everyOutput);
      return { name, ...(own?.value ?? usualInput) };
    }),
  };
}
