/** `start from FCN16s`: the network, or the weights file in quotes, whose weights are loaded; `as torchvision`: by whose names. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { type StartNames, startNames, type TrainConfiguration } from "../configuration.ts";
import type { TrainReader } from "./train-reader.ts";

const example = "start from FCN16s";
const examples = {
  file: "out/FCN16s/weights.safetensors",
  torchvision: 'start from "resnet50.safetensors" as torchvision',
};

export function readStart(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const [phrase, second] = entry.phrases;
  const [word, source, as, names, more] = phrase?.terms ?? [];
  if (phrase === undefined || word === undefined) {
    reader.report("training/value-missing", { key: "start", example }, entry.key.span);
    return {};
  }
  if (!isWord(word, "from") || phrase.name !== undefined || source === undefined) {
    reader.wrong("start", "`from` followed by a network or a weights file", word);
    return {};
  }
  const named = as !== undefined && isWord(as, "as");
  const excess = (named ? more : as)?.span ?? second?.span;
  if (excess !== undefined) {
    reader.report("training/too-much", { key: "start", example }, excess);
    return {};
  }
  const startFrom =
    source.kind === "reference"
      ? source.name.text
      : reader.text(source, "the weights file of start", examples.file);
  if (startFrom === undefined) return {};
  if (as === undefined) return { startFrom };
  const startAs = readNames(as, source, names, reader);
  return startAs === undefined ? {} : { startFrom, startAs };
}

/** @param as the word before the names */
function readNames(
  as: Expression,
  source: Expression,
  names: Expression | undefined,
  reader: TrainReader,
): StartNames | undefined {
  if (names === undefined)
    return reader.report("training/value-missing", { key: "as", example: examples.torchvision }, as.span);
  if (source.kind === "reference")
    return reader.wrong("the weights that `as` renames", `a file such as "resnet50.safetensors"`, source);
  const known = reader.word(names, "source of weights", startNames);
  if (known === undefined) return undefined;
  const { torchvision } = reader.facts;
  if (torchvision?.length === 0) return reader.report("training/no-encoder", { names: known }, names.span);
  return known;
}

function isWord(term: Expression, word: string): boolean {
  return term.kind === "reference" && term.name.text === word;
}
