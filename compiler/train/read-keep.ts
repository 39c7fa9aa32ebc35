/** `keep best by mean_iou, stop after 8 without gain`. */
import type { Expression, Phrase, TrainEntry } from "../../grammar/ast.ts";
import type { KeepConfiguration, TrainConfiguration } from "./configuration.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

const measures = [
  "mean_iou",
  "loss",
  "pixel_accuracy",
] as const satisfies readonly KeepConfiguration["best"][];
const example = "keep best by mean_iou, stop after 8 without gain";

export function readKeep(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  let best: KeepConfiguration["best"] | undefined;
  let patience: number | undefined;
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key: "keep", example }, entry.key.span);
  }
  const said = new Set<string>();
  for (const phrase of entry.phrases) {
    const measure = slot(phrase, ["best", "by", undefined]);
    const epochs = slot(phrase, ["stop", "after", undefined, "without", "gain"]);
    const kind = measure ? "best" : epochs ? "stop" : undefined;
    if (kind === undefined) {
      const [first] = phrase.terms;
      if (first !== undefined) {
        reader.wrong("keep", "`best by mean_iou` or `stop after 8 without gain`", first);
      }
    } else if (said.has(kind)) {
      reader.report("training/said-twice", { what: `\`${kind}\`` }, phrase.span);
    } else said.add(kind);
    if (measure) best ??= reader.word(measure, "measure", measures);
    if (epochs) patience ??= reader.number(epochs, "the number of epochs to wait", ranges.count);
  }
  return { keep: { best: best ?? "mean_iou", patience } };
}

/** The term at the one open place of a pattern of words; `undefined` where the phrase is another. */
function slot(phrase: Phrase, pattern: readonly (string | undefined)[]): Expression | undefined {
  const { terms } = phrase;
  if (phrase.name !== undefined || terms.length !== pattern.length) return undefined;
  const matches = pattern.every((word, index) => {
    const term = terms[index];
    return word === undefined || (term?.kind === "reference" && term.name.text === word);
  });
  return matches ? terms[pattern.indexOf(undefined)] : undefined;
}
