/** `start from FCN16s`: the network, or the weights file in quotes, whose weights are loaded. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import type { TrainReader } from "./train-reader.ts";

const example = "start from FCN16s";

export function readStart(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const [phrase, second] = entry.phrases;
  const [word, source, more] = phrase?.terms ?? [];
  if (phrase === undefined || word === undefined) {
    reader.report("training/value-missing", { key: "start", example }, entry.key.span);
    return {};
  }
  const begins = word.kind === "reference" && word.name.text === "from" && phrase.name === undefined;
  if (!begins || source === undefined) {
    reader.wrong("start", "`from` followed by a network or a weights file", word);
    return {};
  }
  const excess = more?.span ?? second?.span;
  if (excess !== undefined) {
    reader.report("training/too-much", { key: "start", example }, excess);
    return {};
  }
  if (source.kind === "reference") return { startFrom: source.name.text };
  const path = reader.text(source, "the weights file of start", "out/FCN16s/weights.safetensors");
  return path === undefined ? {} : { startFrom: path };
}
