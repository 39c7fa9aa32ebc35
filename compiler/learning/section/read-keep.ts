/** `keep best by mean_iou, stop after 8 epochs without improvement`, `keep best by depth.rel`, `keep best by side[1].dice of cell`. */
import type { Phrase, TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { quoted } from "../../diagnostics/quoted.ts";
import { memberName } from "../../family.ts";
import type { KeepConfiguration, TrainConfiguration } from "../configuration.ts";
import type { Measure } from "../metrics/measure.ts";
import { classMeasuresOf, measuresOf, type TargetKind } from "../targets/registry.ts";
import { constantNumber } from "./constant-number.ts";
import { defaultMeasure } from "./default-configuration.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

const example = "keep best by mean_iou, stop after 8 epochs without improvement";

export function readKeep(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  let best: Pick<KeepConfiguration, "best" | "bestClass"> | undefined;
  let patience: number | undefined;
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key: "keep", example }, entry.key.span);
  }
  const said = new Set<string>();
  for (const phrase of entry.phrases) {
    const [measure, ofClass] =
      slots(phrase, ["best", "by", undefined]) ??
      slots(phrase, ["best", "by", undefined, "of", undefined]) ??
      [];
    const [epochs] =
      slots(phrase, ["stop", "after", undefined, "epochs", "without", "improvement"]) ??
      slots(phrase, ["stop", "after", undefined, "epoch", "without", "improvement"]) ??
      [];
    const kind = measure ? "best" : epochs ? "stop" : undefined;
    if (kind === undefined) {
      reportPhrase(phrase, reader);
    } else if (said.has(kind)) {
      reader.report("training/said-twice", { what: `\`${kind}\`` }, phrase.span);
    } else said.add(kind);
    if (measure) best ??= ofClass ? readClassMeasure(measure, ofClass, reader) : readWhole(measure, reader);
    if (epochs) patience ??= reader.number(epochs, "the number of epochs without improvement", ranges.count);
  }
  return {
    keep: { ...(best ?? { best: defaultMeasure(reader.facts), bestClass: undefined }), patience },
  };
}

type Kept = Pick<KeepConfiguration, "best" | "bestClass">;

function readWhole(measure: Expression, reader: TrainReader): Kept | undefined {
  const best = readMeasure(measure, reader, measuresOf, true);
  return best === undefined ? undefined : { best, bestClass: undefined };
}

/** Whether there is such a class is known when the masks are read (`checkKeptClass`). */
function readClassMeasure(measure: Expression, ofClass: Expression, reader: TrainReader): Kept | undefined {
  const best = readMeasure(measure, reader, classMeasuresOf, false);
  const bestClass = classNameOf(ofClass);
  if (bestClass === undefined) return reader.wrong("the class of a metric", "the name of a class", ofClass);
  return best === undefined ? undefined : { best, bestClass };
}

function classNameOf(term: Expression | undefined): string | undefined {
  if (term?.kind === "reference") return term.name.text;
  return term?.kind === "string" ? term.value : undefined;
}

/** Reports a class of `keep` that is none of the masks'. */
export function checkKeptClass(
  { keep: { bestClass }, masks }: Pick<TrainConfiguration, "keep" | "masks">,
  entry: TrainEntry | undefined,
  reader: TrainReader,
): void {
  if (bestClass === undefined || masks.classes.length === 0 || masks.classes.includes(bestClass)) return;
  const term = entry?.phrases.flatMap(({ terms }) => terms).find((one) => classNameOf(one) === bestClass);
  if (term !== undefined) reader.unknown("class", bestClass, masks.classes, term.span);
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
 * @param ofKind the measures of a kind of target @param orLoss whether the loss is one
 */
function readMeasure(
  term: Expression,
  reader: TrainReader,
  ofKind: (kind: TargetKind) => readonly Measure[],
  orLoss: boolean,
): string | undefined {
  const { outputs } = reader.facts;
  const loss = orLoss ? ["loss"] : [];
  const said = term.kind === "member" ? outputNameOf(term.target) : undefined;
  if (term.kind !== "member" || said === undefined) {
    if (outputs === undefined) return "loss";
    const known = outputs.flatMap(({ target }) => ofKind(target.kind).map(({ name }) => name));
    const measure = reader.word(term, "metric", [...new Set([...known, ...loss])]);
    if (measure === undefined || measure === "loss") return measure;
    const owner = outputs.find(({ target }) => ofKind(target.kind).some(({ name }) => name === measure));
    return owner && `${owner.name}.${measure}`;
  }
  const output = outputs?.find((one) => one.name === said);
  if (output === undefined) {
    const known = outputs?.map((one) => one.name);
    return known && reader.unknown("output", said, known, term.target.span);
  }
  const { kind } = output.target;
  const known = [...ofKind(kind).map((one) => one.name), ...loss];
  const measure = term.member.text;
  if (known.includes(measure)) return `${output.name}.${measure}`;
  const what = orLoss ? `metric of ${kind}` : `metric of a class of ${kind}`;
  return reader.unknown(what, measure, known, term.member.span);
}

/** `depth`, `side[1]`; `undefined` for what is no name of an output. */
function outputNameOf(term: Expression): string | undefined {
  if (term.kind === "reference") return term.name.text;
  if (term.kind !== "index" || term.target.kind !== "reference") return undefined;
  const indices = term.indices.map(constantNumber);
  const known = indices.filter((index) => index !== undefined);
  return known.length === indices.length ? memberName(term.target.name.text, known) : undefined;
}

/** The terms at the open places of a pattern of words; `undefined` where the phrase does not match. */
function slots(phrase: Phrase, pattern: readonly (string | undefined)[]): readonly Expression[] | undefined {
  const { terms } = phrase;
  if (phrase.name !== undefined || terms.length !== pattern.length) return undefined;
  const matches = pattern.every((word, index) => {
    const term = terms[index];
    return word === undefined || (term?.kind === "reference" && term.name.text === word);
  });
  return matches ? terms.filter((_, index) => pattern[index] === undefined) : undefined;
}
