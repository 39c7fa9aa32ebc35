/** Which target each output learns: what the entry `targets` says, else the labels. */
import type { TrainEntry } from "../../grammar/ast.ts";
import { everyOutput } from "./by-output.ts";
import { targetMisfit } from "./loss-fit.ts";
import { readTargets } from "./read-targets.ts";
import type { TargetFacts, TrainedOutput, TrainReader } from "./train-reader.ts";

/** @param entry `undefined`: every output learns the labels. An output that cannot learn its target is reported. */
export function trainTargets(entry: TrainEntry | undefined, reader: TrainReader): TargetFacts {
  const { facts } = reader;
  const said = entry && readTargets(entry, reader);
  const outputs = facts.outputs?.map((output): TrainedOutput => {
    if (entry === undefined || said === undefined) return output;
    const own = said.get(output.name) ?? said.get(everyOutput);
    if (own === undefined) {
      const mentioned = entry.phrases.some(({ name }) => name === undefined || name.text === output.name);
      if (!mentioned) reader.report("training/output-without-target", { output: output.name }, entry.key.span);
      return output;
    }
    const trained = { ...output, target: own.value };
    const reason = targetMisfit(trained);
    if (reason !== undefined) {
      const told = { target: own.value.kind, output: output.name, ...reason };
      reader.report("training/target-does-not-fit", told, own.term.span);
    }
    return trained;
  });
  const labelled = outputs?.filter(({ target }) => target.kind === "labels");
  if (labelled === undefined) return { ...facts, outputs };
  const [first] = labelled;
  if (first === undefined) return { ...facts, outputs, classes: undefined, classCount: 0 };
  // one channel through a sigmoid tells two classes apart
  const told = first.activation === "sigmoid" && first.channels === 1 ? 2 : first.channels;
  return { ...facts, outputs, classCount: facts.classCount ?? told };
}
