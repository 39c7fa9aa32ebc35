/** `groups weights("encoder", learning_rate = 1e-4), weights("*.bias", weight_decay = 0)`; `freeze layers("encoder", until = 5)`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import type { TrainConfiguration } from "../configuration.ts";
import type { ConfigurationOf, Definition } from "../definition/definition.ts";
import { freezingWords, groupWords } from "../groups/registry.ts";
import { matchesWeight } from "../groups/weight-pattern.ts";
import { readDefined } from "./defined-word.ts";
import { isNone } from "./read-list.ts";
import type { TrainReader } from "./train-reader.ts";

export function readGroups(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const groups = readPatterns(
    entry,
    "group",
    groupWords,
    (name) => `groups weights("${name}", learning_rate = 1e-4)`,
    reader,
  );
  return groups.length === 0 ? {} : { groups };
}

export function readFreeze(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const freeze = readPatterns(
    entry,
    "way to freeze",
    freezingWords,
    (name) => `freeze layers("${name}", until = 5)`,
    reader,
  );
  return freeze.length === 0 ? {} : { freeze };
}

/**
 * A word may come several times, a pattern once. Phrases with errors, which are reported, are left out.
 *
 * @param exampleOf the entry for what has this name
 */
function readPatterns<D extends Definition<string, { readonly name: string }>>(
  entry: TrainEntry,
  what: string,
  known: readonly D[],
  exampleOf: (name: string) => string,
  reader: TrainReader,
): readonly ConfigurationOf<D>[] {
  const key = entry.key.text;
  const example = exampleOf("encoder");
  if (entry.phrases.length === 0) reader.report("training/value-missing", { key, example }, entry.key.span);
  const found = new Map<string, ConfigurationOf<D>>();
  for (const { name, terms } of entry.phrases) {
    const [term, second] = terms;
    const excess = name?.span ?? second?.span;
    if (excess !== undefined) reader.report("training/too-much", { key, example }, excess);
    if (term === undefined || excess !== undefined || isNone(term)) continue;
    const bare = bareName(term);
    if (bare !== undefined && !known.some((word) => word.name === bare)) {
      const facts = {
        what,
        word: bare,
        nearest: undefined,
        known: [],
        instead: `write ${exampleOf(bare.length > 40 ? "encoder" : bare)}`,
      };
      reader.report("training/unknown-word", facts, term.span);
      continue;
    }
    const configured = readDefined(term, what, known, reader);
    if (configured === undefined) continue;
    const pattern = (configured as { readonly name: string }).name; // of each of these words
    const { weights } = reader.facts;
    if (weights !== undefined && !weights.some((weight) => matchesWeight(pattern, weight)))
      reader.unknown("trained weight", pattern, partsOf(weights), term.span);
    else if (found.has(pattern)) reader.report("training/said-twice", { what: `"${pattern}"` }, term.span);
    else found.set(pattern, configured);
  }
  return [...found.values()];
}

/** `encoder`, `"encoder"`, `encoder.conv1`: what was meant as the pattern itself. */
function bareName(term: Expression): string | undefined {
  if (term.kind === "reference") return term.name.text;
  return term.kind === "string" ? term.value : undefined;
}

/** The blocks and layers that the weights are of, and no more than a message lists. */
function partsOf(weights: readonly string[]): readonly string[] {
  return [...new Set(weights.map((name) => name.split(".")[0] ?? name))].slice(0, 20);
}
