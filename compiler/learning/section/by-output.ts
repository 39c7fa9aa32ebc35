/** Entries with a value for each output: `labels = cross_entropy, side[1] = l1`, for a family, `side = l1`, or for all, without a name. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { familyOf } from "../../family.ts";
import type { TrainReader } from "./train-reader.ts";

/** The value of one phrase, and its place. */
export interface Said<T> {
  readonly value: T;
  readonly term: Expression;
}

/** The key of a phrase without a name. No output has this name. */
export const everyOutput = "";

/** Checks the names of all phrases against the outputs of the network. Phrases with errors, which are reported, are skipped. */
export function byOutput<T>(
  entry: TrainEntry,
  what: string,
  example: string,
  reader: TrainReader,
  read: (term: Expression, output: string) => T | undefined,
): ReadonlyMap<string, Said<T>> {
  return byName(
    entry,
    what,
    example,
    reader.facts.outputs && [
      ...new Set(reader.facts.outputs.flatMap(({ name }) => [name, familyOf(name) ?? name])),
    ],
    reader,
    read,
  );
}

/** What is said of an output itself, or of the family it belongs to. */
export function saidOf<T>(said: ReadonlyMap<string, Said<T>>, output: string): Said<T> | undefined {
  return said.get(output) ?? said.get(familyOf(output) ?? output);
}

export function byName<T>(
  entry: TrainEntry,
  what: string,
  example: string,
  known: readonly string[] | undefined,
  reader: TrainReader,
  read: (term: Expression, name: string) => T | undefined,
): ReadonlyMap<string, Said<T>> {
  const key = entry.key.text;
  const said = new Set<string>();
  const found = new Map<string, Said<T>>();
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key, example }, entry.key.span);
  }
  for (const { name, terms, span } of entry.phrases) {
    const [term, more] = terms;
    const output = name?.text ?? everyOutput;
    if (term === undefined) continue;
    if (more !== undefined) reader.report("training/too-much", { key, example }, more.span);
    else if (name !== undefined && known !== undefined && !known.includes(name.text)) {
      reader.unknown(key === "inputs" ? "input" : "output", name.text, known, name.span);
    } else if (said.has(output)) {
      const owner = name === undefined ? "" : ` of ${name.text}`;
      reader.report("training/said-twice", { what: `the ${what}${owner}` }, span);
    } else {
      said.add(output);
      const value = read(term, output);
      if (value !== undefined) found.set(output, { value, term });
    }
  }
  return found;
}
