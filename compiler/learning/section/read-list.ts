/** An entry that is a list of words of a catalogue, in order: `augment flip, crop(256)`, `schedule warm_up(500), cosine`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { readDefined } from "./defined-word.ts";
import type { TrainReader } from "./train-reader.ts";

/**
 * Each word once. Phrases with errors, which are reported, are left out.
 * @param empty whether a term stands for no word
 */
export function readList<D extends Definition>(
  entry: TrainEntry,
  what: string,
  known: readonly D[],
  example: string,
  reader: TrainReader,
  empty: (term: Expression) => boolean = () => false,
): readonly ConfigurationOf<D>[] {
  const key = entry.key.text;
  if (entry.phrases.length === 0) reader.report("training/value-missing", { key, example }, entry.key.span);
  const found: ConfigurationOf<D>[] = [];
  const said = new Set<string>();
  for (const { name, terms } of entry.phrases) {
    const [term, second] = terms;
    const excess = name?.span ?? second?.span;
    if (excess !== undefined) reader.report("training/too-much", { key, example }, excess);
    if (term === undefined || excess !== undefined || empty(term)) continue;
    const configured = readDefined(term, what, known, reader);
    if (configured === undefined) continue;
    const { kind } = configured as { readonly kind: string }; // every configuration has the name of its definition
    if (said.has(kind)) reader.report("training/said-twice", { what: `\`${kind}\`` }, term.span);
    else found.push(configured);
    said.add(kind);
  }
  return found;
}

/** The word `none`, which stands for an empty list. */
export function isNone(term: Expression): boolean {
  return term.kind === "reference" && term.name.text === "none";
}
