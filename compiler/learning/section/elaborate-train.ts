/** Converts a `train` section to its configuration, with all defaults. */
import type { Train, TrainEntry } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { meantBy } from "../../language/names/habits.ts";
import type { OutputConfiguration, TrainConfiguration } from "../configuration.ts";
import { formatOf } from "../data/registry.ts";
import { checkInputs } from "./check-inputs.ts";
import { defaultConfiguration, mostClasses } from "./default-configuration.ts";
import { entryReaders } from "./entries.ts";
import type { EntryReader } from "./entry-reader.ts";
import { needFiles } from "./need-files.ts";
import { checkKeptClass } from "./read-keep.ts";
import { readLoss } from "./read-loss.ts";
import { learningLabels, type TrainFacts, TrainReader } from "./train-reader.ts";
import { trainTargets } from "./train-targets.ts";

/** An entry with an error is ignored, so that there is always a configuration. */
export function elaborateTrain(
  train: Train,
  facts: TrainFacts,
): { readonly configuration: TrainConfiguration; readonly diagnostics: readonly Diagnostic[] } {
  const before = new TrainReader(learningLabels(facts));
  const entries = readableEntries(train, before);
  // The other entries depend on the targets.
  const reader = new TrainReader(trainTargets(entries.get("targets"), train.network.span, before));
  const readers: ReadonlyMap<string, EntryReader> = new Map(Object.entries(entryReaders));
  const { classCount } = reader.facts;
  if (classCount !== undefined && classCount > mostClasses)
    reader.report(
      "training/too-many-classes",
      { classes: classCount, limit: mostClasses },
      train.network.span,
    );
  let configuration = defaultConfiguration(train.network.text, reader.facts);
  for (const [key, entry] of entries) {
    configuration = { ...configuration, ...readers.get(key)?.(entry, reader) };
  }
  const loss = entries.get("loss");
  const losses = loss && readLoss(loss, reader);
  const outputs = configuration.outputs.map(
    (output): OutputConfiguration => ({ ...output, loss: losses?.get(output.name) ?? output.loss }),
  );
  configuration = { ...configuration, outputs };
  configuration = withUsualMasks(configuration, entries.has("masks"));
  checkKeptClass(configuration, entries.get("keep"), reader);
  const targets = entries.get("targets")?.span;
  const unread = before.diagnostics.some(({ span }) => targets && within(span, targets));
  // A target that could not be read is not known to need labels.
  if (!unread) needFiles(configuration, entries, reader);
  checkInputs(
    configuration.inputs,
    reader.facts.inputs ?? [],
    entries.get("inputs")?.span ?? train.network.span,
    reader,
  );
  const diagnostics = [...before.diagnostics, ...reader.diagnostics];
  return { configuration, diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start) };
}

/** The meaning of label values that the format of the data has, where none is written. */
function withUsualMasks(configuration: TrainConfiguration, written: boolean): TrainConfiguration {
  const { data, masks } = configuration;
  const usual = data && formatOf(data).usualMasks?.(data, masks.classes);
  return written || usual === undefined ? configuration : { ...configuration, masks: { ...masks, ...usual } };
}

function within(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** By key, in text order; unknown and repeated ones are reported and skipped. */
function readableEntries(train: Train, reader: TrainReader): ReadonlyMap<string, TrainEntry> {
  const known = [...Object.keys(entryReaders), "targets", "loss"];
  const first = new Map<string, TrainEntry>();
  for (const entry of train.entries) {
    const key = entry.key.text;
    const before = first.get(key);
    if (!known.includes(key)) {
      reader.report("training/unknown-key", { key, ...meantBy(key, "entry", known), known }, entry.key.span);
    } else if (before !== undefined) {
      const related = [{ span: before.key.span, message: "first given here" }];
      reader.report("training/said-twice", { what: `the entry \`${key}\`` }, entry.key.span, related);
    } else first.set(key, entry);
  }
  return first;
}
