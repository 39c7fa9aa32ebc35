/**
 * `sweep width = [8, 16], optimizer = [adam(1e-3), sgd(0.1)]`; `sweep random(20, seed = 2), learning_rate = 1e-4 .. 1e-2`: what differs
 * between the trials of a sweep, by parameters of the network and entries of the section.
 */
import type { Phrase, TrainEntry } from "../../../grammar/ast.ts";
import type { Expression, ListLiteral } from "../../../grammar/expression.ts";
import type { SweepAxis, SweepRange, SweepValue, TrainConfiguration } from "../configuration.ts";
import { defaultOf } from "../definition/definition.ts";
import { isOptimizerNumber, isRange, optimizerNumbers } from "../sweep-axes.ts";
import { grid } from "../sweeps/grid.ts";
import { type SweepStrategy, sweeps } from "../sweeps/registry.ts";
import { constantNumber } from "./constant-number.ts";
import { readDefined } from "./defined-word.ts";
import type { EntryReader } from "./entry-reader.ts";
import { readAugment } from "./read-augment.ts";
import { readAverage } from "./read-average.ts";
import { readClip } from "./read-clip.ts";
import { readAccumulate, readBatch, readSeed } from "./read-counts.ts";
import { readLastBatch } from "./read-last-batch.ts";
import { readOptimizer } from "./read-optimizer.ts";
import { readSchedule } from "./read-schedule.ts";
import { termText } from "./term-text.ts";
import type { TrainReader } from "./train-reader.ts";

/** Entries whose values may differ between trials. */
const swept: Readonly<Record<string, EntryReader>> = {
  optimizer: readOptimizer,
  schedule: readSchedule,
  batch: readBatch,
  accumulate: readAccumulate,
  clip: readClip,
  average: readAverage,
  augment: readAugment,
  last_batch: readLastBatch,
  seed: readSeed,
};

const example = "sweep width = [8, 16], learning_rate = [1e-3, 1e-4]";

export function readSweep(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  if (!entry.phrases.some(({ name }) => name !== undefined))
    reader.report("training/value-missing", { key: "sweep", example }, entry.key.span);
  let said = false;
  let strategy: SweepStrategy | undefined;
  const axes = new Map<string, SweepAxis>();
  for (const phrase of entry.phrases) {
    const [term, more] = phrase.terms;
    if (term === undefined) continue;
    if (more !== undefined) reader.report("training/too-much", { key: "sweep", example }, more.span);
    else if (phrase.name === undefined) {
      if (said) reader.report("training/said-twice", { what: "how the trials are chosen" }, phrase.span);
      else strategy = readDefined(term, "sweep", sweeps, reader);
      said = true;
    } else if (axes.has(phrase.name.text))
      reader.report("training/said-twice", { what: `\`${phrase.name.text}\`` }, phrase.span);
    else {
      const axis = readAxis(phrase.name.text, phrase, term, entry, reader);
      if (axis !== undefined) axes.set(axis.name, axis);
    }
  }
  const chosen = said ? strategy : defaultOf(grid);
  if (axes.size === 0 || chosen === undefined) return {};
  for (const { name, values } of axes.values()) {
    if (chosen.kind !== "grid" || !isRange(values)) continue;
    const at = entry.phrases.find((phrase) => phrase.name?.text === name);
    const facts = { what: name, wanted: "a list, or random(…) before it", found: "a range" };
    reader.report("training/wrong-value", facts, at?.span ?? entry.span);
    return {};
  }
  return { sweep: { strategy: chosen, axes: [...axes.values()] } };
}

function readAxis(
  name: string,
  phrase: Phrase,
  term: Expression,
  entry: TrainEntry,
  reader: TrainReader,
): SweepAxis | undefined {
  const { parameters } = reader.facts;
  const ofTraining = isOptimizerNumber(name) || Object.hasOwn(swept, name);
  if (!ofTraining && parameters !== undefined && !parameters.includes(name)) {
    const known = [...parameters, ...Object.keys(optimizerNumbers), ...Object.keys(swept)];
    return reader.unknown("parameter", name, known, phrase.name?.span ?? phrase.span);
  }
  const of = ofTraining ? "training" : "network";
  const values = readValues(name, term, entry, reader);
  return values === undefined ? undefined : { name, of, values };
}

function readValues(
  name: string,
  term: Expression,
  entry: TrainEntry,
  reader: TrainReader,
): readonly SweepValue[] | SweepRange | undefined {
  if (term.kind === "range" && isOptimizerNumber(name)) {
    const [least, most] = [constantNumber(term.from), constantNumber(term.to)];
    if (
      term.inclusive &&
      least !== undefined &&
      most !== undefined &&
      least > 0 &&
      most > least &&
      most < Infinity
    )
      return { least, most };
    return reader.wrong(name, "a range of positive numbers such as 1e-4 .. 1e-2", term);
  }
  if (term.kind !== "list" || term.items.length === 0)
    return reader.wrong(name, "a list of values, such as [8, 16]", term);
  const values = term.items.map(({ value }) => readValue(name, value, entry, reader));
  const found = values.filter((value) => value !== undefined);
  const texts = found.map(({ text }) => text);
  if (found.length < values.length) return undefined; // reported
  if (new Set(texts).size === texts.length) return found;
  return reader.report("training/said-twice", { what: `a value of ${name}` }, term.span);
}

function readValue(
  name: string,
  value: Expression,
  entry: TrainEntry,
  reader: TrainReader,
): SweepValue | undefined {
  const text = termText(value);
  if (text === undefined) return reader.wrong(name, "a value", value);
  if (isOptimizerNumber(name)) {
    const number = constantNumber(value);
    const least = name === "learning_rate" ? 0 : -1;
    if (number === undefined || !Number.isFinite(number) || number <= least || number < 0)
      return reader.wrong(name, name === "learning_rate" ? "a number greater than 0" : "a number ≥ 0", value);
    return { text, change: {} };
  }
  const read = swept[name];
  if (read === undefined) return { text, change: {} };
  const before = reader.diagnostics.length;
  const change = read({ ...entry, key: { ...entry.key, text: name }, phrases: phrasesOf(value) }, reader);
  return reader.diagnostics.length === before ? { text, change } : undefined;
}

/** Of an entry with that value; a list is one of several words, `[warm_up(500), poly]`. */
function phrasesOf(value: Expression): readonly Phrase[] {
  const terms = value.kind === "list" ? wordsOf(value) : [value];
  return terms.map((term) => ({ kind: "phrase", name: undefined, terms: [term], span: term.span }));
}

function wordsOf({ items }: ListLiteral): readonly Expression[] {
  return items.map(({ value }) => value);
}
