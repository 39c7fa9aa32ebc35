/** `keep best by mean_iou, stop after 8 epochs without improvement`, `keep best by depth.rel`. */
import type { Phrase, TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { quoted } from "../../diagnostics/quoted.ts";
import type { KeepConfiguration, TrainConfiguration } from "../configuration.ts";
import { measuresOf } from "../targets/registry.ts";
import { constantNumber } from "./constant-number.ts";
import { defaultMeasure } from "./default-configuration.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

const example = "keep best by mean_iou, stop after 8 epochs without improvement";

export function readKeep(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  let best: KeepConfiguration["best"] | undefined;
  let patience: number | undefined;
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key: "keep", example }, entry.key.span);
  }
  const said = new Set<string>();
  for (const phrase of entry.phrases) {
    const measure = slot(phrase, ["best", "by", undefined]);
    const epochs =
      slot(phrase, ["stop", "after", undefined, "epochs", "without", "improvement"]) ??
      slot(phrase, ["stop", "after", undefined, "epoch", "without", "improvement"]);
    const kind = measure ? "best" : epochs ? "stop" : undefined;
    if (kind === undefined) {
      reportPhrase(phrase, reader);
    } else if (said.has(kind)) {
      reader.report("training/said-twice", { what: `\`${kind}\`` }, phrase.span);
    } else said.add(kind);
    if (measure) best ??= readMeasure(measure, reader);
    if (epochs) patience ??= reader.number(epochs, "the number of epochs without improvement", ranges.count);
  }
  return { keep: { best: best ?? defaultMeasure(reader.facts), patience } };
}

/** Reports an unknown phrase. For one about stopping with a number, such as `stop after 8 without gain`, it suggests the correct form. */
function reportPhrase({ name, terms, span }: Phrase, reader: TrainReader): void {
  const [first] = terms;
  if (first === undefined) return;
  const wanted = "`best by mean_iou` or `stop after 8 epochs without improvement`";
  const count = terms.map(constantNumber).find((number) => number !== undefined);
  const stops = first.kind === "reference" && first.name.text === "stop";
  if (!stops || count === undefined || name !== undefined) {
    reader.wrong("keep", wanted, first);
    return;
  }
  const said = terms.map((term) =>
    term.kind === "reference" ? term.name.text : (constantNumber(term) ?? "…"),
  );
  const nearest = `stop after ${count} ${count === 1 ? "epoch" : "epochs"} without improvement`;
  reader.report(
    "training/wrong-value",
    { what: "keep", wanted, found: quoted(said.join(" ")), nearest },
    span,
  );
}

/**
 * `depth.rel`, `depth.loss`: a measure of an output; `loss`: that of the network. A measure alone is that of the first output that has it.
 */
function readMeasure(term: Expression, reader: TrainReader): string | undefined {
  const { outputs } = reader.facts;
  if (term.kind !== "member" || term.target.kind !== "reference") {
    if (outputs === undefined) return "loss";
    const known = outputs.flatMap(({ target }) => measuresOf(target.kind).map(({ name }) => name));
    const measure = reader.word(term, "measure", [...new Set([...known, "loss"])]);
    if (measure === undefined || measure === "loss") return measure;
    const owner = outputs.find(({ target }) => measuresOf(target.kind).some(({ name }) => name === measure));
    return owner && `${owner.name}.${measure}`;
  }
  const name = term.target.name;
  const output = outputs?.find((one) => one.name === name.text);
  if (output === undefined) {
    const known = outputs?.map((one) => one.name);
    return known && reader.unknown("output", name.text, known, name.span);
  }
  const { kind } = output.target;
  const known = [...measuresOf(kind).map((one) => one.name), "loss"];
  const measure = term.member.text;
  if (known.includes(measure)) return `${output.name}.${measure}`;
  return reader.unknown(`measure of ${kind}`, measure, known, term.member.span);
}

/** The term at the open place of a pattern of words; `undefined` where the phrase does not match. */
function slot(phrase: Phrase, pattern: readonly (string | undefined)[]): Expression | undefined {
  const { terms } = phrase;
  if (phrase.name !== undefined || terms.length !== pattern.length) return undefined;
  const matches = pattern.every((word, index) => {
    const term = terms[index];
    return word === undefined || (term?.kind === "reference" && term.name.text === word);
  });
  return matches ? terms[pattern.indexOf(undefined)] : undefined;
}
