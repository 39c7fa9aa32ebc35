/** A `train` section to its configuration, with every default filled in. */
import type { Train } from "../../grammar/ast.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../names/nearest.ts";
import type { TrainConfiguration } from "./configuration.ts";
import { defaultConfiguration } from "./default-configuration.ts";
import { type EntryReader, entryReaders } from "./entries.ts";
import { type TrainFacts, TrainReader } from "./train-reader.ts";

/** An entry with a mistake counts as left out, so that a configuration comes back beside the diagnostics. */
export function elaborateTrain(
  train: Train,
  facts: TrainFacts,
): { readonly configuration: TrainConfiguration; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new TrainReader(facts);
  const readers: ReadonlyMap<string, EntryReader> = new Map(Object.entries(entryReaders));
  const known = [...readers.keys()];
  const first = new Map<string, Train["entries"][number]>();
  let configuration = defaultConfiguration(train.network.text, facts);
  for (const entry of train.entries) {
    const key = entry.key.text;
    const read = readers.get(key);
    const before = first.get(key);
    if (read === undefined) {
      reader.report("training/unknown-key", { key, nearest: nearestName(key, known), known }, entry.key.span);
    } else if (before !== undefined) {
      const related = [{ span: before.key.span, message: "first here" }];
      reader.report("training/said-twice", { what: `the entry \`${key}\`` }, entry.key.span, related);
    } else {
      first.set(key, entry);
      configuration = { ...configuration, ...read(entry, reader) };
    }
  }
  return { configuration, diagnostics: reader.diagnostics };
}
