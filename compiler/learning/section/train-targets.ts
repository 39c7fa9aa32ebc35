/** The target of each output: that of the entry `targets`, else the labels. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import type { TargetMisfit } from "../definition/learned-output.ts";
import { learnsImages, learnsMasks, targetMisfit } from "../targets/registry.ts";
import { everyOutput, saidOf } from "./by-output.ts";
import { OutputProblems } from "./output-problems.ts";
import { readTargets } from "./read-targets.ts";
import type { TargetFacts, TrainedOutput, TrainReader } from "./train-reader.ts";

/**
 * An output that cannot learn its target is reported.
 * @param entry `undefined`: every output learns the labels
 * @param section the span that messages use for the train section
 */
export function trainTargets(entry: TrainEntry | undefined, section: Span, reader: TrainReader): TargetFacts {
  const { facts } = reader;
  const before = reader.diagnostics.length;
  const said = entry && readTargets(entry, reader);
  // an output whose name or target could not be read is not reported as one without a target
  const wrong = reader.diagnostics.length > before;
  const problems = new OutputProblems();
  const outputs = facts.outputs?.map((output): TrainedOutput => {
    if (entry === undefined || said === undefined) return checked(output, section, reader, problems);
    const own = saidOf(said, output.name);
    if (own !== undefined) return checked({ ...output, target: own.value }, own.term.span, reader, problems);
    const shared = said.get(everyOutput);
    if (shared !== undefined) {
      const trained = { ...output, target: shared.value };
      return wrong ? trained : checked(trained, shared.term.span, reader, problems);
    }
    if (!wrong) {
      problems.add(output.name, "no target", (names) =>
        reader.report("training/output-without-target", { outputs: names }, entry.key.span),
      );
    }
    return output;
  });
  problems.report();
  const labelled = outputs?.filter(({ target }) => learnsMasks(target));
  if (labelled === undefined) return { ...facts, outputs };
  const [first] = labelled;
  if (first === undefined) return { ...facts, outputs, classes: undefined, classCount: 0 };
  return { ...facts, outputs, classCount: facts.classCount ?? classesTold(first) };
}

function checked(
  output: TrainedOutput,
  span: Span,
  reader: TrainReader,
  problems: OutputProblems,
): TrainedOutput {
  const { name, channels, target } = output;
  const misfit = targetMisfit(target, output) ?? withoutPositions(output, reader);
  const { classCount: classes } = reader.facts;
  if (misfit !== undefined) {
    const about = `${span.start} ${target.kind} ${misfit.reason} ${misfit.help}`;
    problems.add(name, about, (outputs) =>
      reader.report("training/target-does-not-fit", { target: target.kind, outputs, ...misfit }, span),
    );
  } else if (learnsMasks(target) && classes !== undefined && classes !== classesTold(output)) {
    problems.add(name, `${span.start} ${channels}`, (outputs) =>
      reader.report("training/head-classes", { outputs, channels, classes }, span),
    );
  }
  return output;
}

/** An image is placed in the input by the positions of the outputs. */
function withoutPositions({ target }: TrainedOutput, { facts }: TrainReader): TargetMisfit | undefined {
  const others = facts.outputs?.some(({ onePosition }) => onePosition === undefined);
  if (!learnsImages(target) || others !== false) return undefined;
  return {
    reason: "needs another output, one with positions in the image",
    help: "end another output in a feature map, such as the classes of the pixels; a network that only classifies whole images is not trained here",
  };
}

/** One channel by sigmoid distinguishes two classes. */
export function classesTold({ activation, channels }: TrainedOutput): number {
  return activation === "sigmoid" && channels === 1 ? 2 : channels;
}
