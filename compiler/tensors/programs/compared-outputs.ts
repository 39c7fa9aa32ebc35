/** The outputs of a network beside their targets: values of every term of their losses, and what they predict. */
import { isPrior, type PriorName } from "../../learning/losses/registry.ts";
import type { GraphOutput } from "../../network/graph.ts";
import type { ProgramBuilder } from "../build.ts";
import type { LossSettings } from "../losses/formula.ts";
import { comparedForm, countsHardest, lossValues, weighsAreas } from "../losses/formulas.ts";
import { priorValues } from "../losses/priors.ts";
import { exponentials } from "../losses/probabilities.ts";
import { float32, four, int32, type Value } from "../value.ts";

export interface ComparedOutput {
  readonly output: GraphOutput;
  /** In the order of the loss. */
  readonly terms: readonly ComparedTerm[];
  /** The class of every position, or the feature map after the activation. */
  readonly predicts: "classes" | "map";
  /** Whether the probability of the class is an output too. */
  readonly confidence?: boolean | undefined;
}

/** Class weights are a feed; a program depends on whether there are any. */
export type ComparedTerm = LossSettings & { readonly weights?: readonly number[] | undefined };

/** The name of a term's feeds and of its values: `${output}.${place}`. */
export function termName(output: string, place: number): string {
  return `${output}.${place}`;
}

/** The nodes whose feature maps an output's losses and prediction read. */
export function nodesOf({ output, terms, predicts }: ComparedOutput): readonly number[] {
  const values =
    predicts === "map" || terms.some(({ kind }) => ["values", "prediction"].includes(comparedForm(kind)));
  return values ? [output.logits, output.node] : [output.logits];
}

export interface TermValues {
  /** `termName`. */
  readonly name: string;
  readonly values: Value;
}

/**
 * Appends the losses and the predictions, as outputs of the program. Feeds: "target" by output; "valid", "class_weights" and "kept" by term.
 * @returns the values of every term
 */
export function compareOutputs(
  build: ProgramBuilder,
  maps: ReadonlyMap<number, Value>,
  outputs: readonly ComparedOutput[],
): readonly TermValues[] {
  return outputs.flatMap(({ output, terms, predicts, confidence }) => {
    const { name, node, logits } = output;
    build.at({ part: "loss", node, name, span: undefined });
    const found = terms.map((settings, place): TermValues => {
      const term = termName(name, place);
      if (isPriorTerm(settings)) {
        const values = priorValues(build, mapAt(maps, node), settings.kind);
        build.output("loss", term, values);
        return { name: term, values };
      }
      const compares = comparedForm(settings.kind);
      const map = mapAt(maps, compares === "values" ? node : logits);
      const [batch, channels, height, width] = four(map.shape);
      const classes = compares === "classes";
      const type = classes ? int32(batch, 1, height, width) : float32(batch, channels, height, width);
      const target = build.feed("target", name, type);
      const valid = build.feed("valid", term, float32(batch, 1, height, width));
      const classWeights = areaWeights(build, settings, term, channels);
      const kept = countsHardest(settings.kind) ? build.feed("kept", term, float32()) : undefined;
      const values = lossValues({ build, map, target, valid, classWeights, kept }, settings);
      build.output("loss", term, values);
      return { name: term, values };
    });
    if (predicts === "map") build.output("map", name, mapAt(maps, node));
    else build.output("classes", name, chosenClasses(build, mapAt(maps, logits)));
    if (confidence === true) build.output("confidence", name, chosenProbability(build, mapAt(maps, logits)));
    return found;
  });
}

function isPriorTerm(settings: ComparedTerm): settings is Extract<ComparedTerm, { kind: PriorName }> {
  return isPrior(settings.kind);
}

function areaWeights(
  build: ProgramBuilder,
  { kind, weights }: ComparedTerm,
  term: string,
  channels: number,
): Value | undefined {
  if (weights === undefined || !weighsAreas(kind)) return undefined;
  return build.feed("class_weights", term, float32(1, channels, 1, 1));
}

/** int32 [batch, 1, height, width]: the first channel of highest logit; for one channel, 1 where its probability is above one half. */
function chosenClasses(build: ProgramBuilder, logits: Value): Value {
  return four(logits.shape)[1] > 1 ? build.argmax(logits, 1) : build.compare(logits, "greater", 0);
}

/** float32 [batch, 1, height, width]: of the chosen class. */
function chosenProbability(build: ProgramBuilder, logits: Value): Value {
  if (four(logits.shape)[1] === 1) return build.sigmoid(build.abs(logits));
  return build.divide(1, exponentials(build, logits).sums);
}

/** @throws Error when there is no such feature map: a mistake of the caller. */
export function mapAt(maps: ReadonlyMap<number, Value>, node: number): Value {
  const map = maps.get(node);
  if (map === undefined) throw new Error(`node ${node} was not expanded`);
  return map;
}
