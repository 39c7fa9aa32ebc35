/** The outputs that a batch has targets for, with what their losses need. */

import {
  comparedBy,
  isPrior,
  type LossNameOf,
  type PriorName,
} from "../../compiler/learning/losses/registry.ts";
import type { Graph, GraphOutput } from "../../compiler/network/graph.ts";
import type { MapShape } from "../../compiler/ops/operation.ts";
import { weighsAreas } from "../../compiler/tensors/losses/formulas.ts";
import type { LabelBatch, TargetBatch } from "../arrays.ts";
import { UserError } from "../user-error.ts";
import { withBorderWeights } from "./border-weights.ts";
import type { CheckedInputs } from "./check-inputs.ts";
import {
  balanceClasses,
  type ClassTargets,
  checkClassWeights,
  classCount,
  classTargets,
} from "./class-targets.ts";
import type { OutputTraining, ResolvedLoss, SessionOptions } from "./engine.ts";
import { type MapTargets, mapTargets } from "./map-targets.ts";
import { type SoftTargets, softTargets } from "./soft-targets.ts";

type Training = NonNullable<SessionOptions["training"]>;

/** Losses by what they compare (compiler/learning/losses/). */
export type ClassLoss = Extract<ResolvedLoss, { kind: LossNameOf<"classes"> }>;
export type SoftLoss = Extract<ResolvedLoss, { kind: LossNameOf<"distributions"> }>;
/** Those that need no target. */
export type PriorLoss = Extract<ResolvedLoss, { kind: PriorName }>;
export type MapLoss = Exclude<ResolvedLoss, ClassLoss | SoftLoss | PriorLoss>;

/** One term of an output's loss, with the target in the form it takes. */
export type TermTargets =
  | { readonly kind: "classes"; readonly term: ClassLoss; readonly targets: ClassTargets }
  | { readonly kind: "map"; readonly term: MapLoss; readonly targets: MapTargets }
  /** Distributions, which are compared with the logits. */
  | { readonly kind: "soft"; readonly term: SoftLoss; readonly targets: SoftTargets }
  /** The prediction alone. */
  | {
      readonly kind: "prediction";
      readonly term: PriorLoss;
      readonly shape: readonly [batch: number, channels: number, height: number, width: number];
    };

export interface TrainedOutput {
  readonly output: GraphOutput;
  readonly predicts: OutputTraining["predicts"];
  readonly confidence?: boolean | undefined;
  readonly terms: readonly (TermTargets & { readonly factor: number })[];
}

/** @throws UserError when an output is not the graph's, or a loss or its class weights do not fit their output. */
export function checkTraining(graph: Graph, training: Training): void {
  for (const [name, { loss, predicts }] of training.outputs) {
    const output = outputOf(graph, name);
    if (predicts === "classes") classCount(graph, output);
    for (const { term } of loss) {
      if (isClassLoss(term)) {
        const classes = classCount(graph, output);
        if ("weights" in term) checkClassWeights(graph, output, term.weights);
        if (term.kind === "balanced_cross_entropy" && classes !== 2) {
          throw new UserError(
            `balanced_cross_entropy needs two classes, and output "${name}" of ${graph.name} has ${classes}`,
          );
        }
      } else if (term.kind === "scale_invariant" && channelsOf(graph, output) !== 1) {
        throw new UserError(
          `scale_invariant needs one channel, and output "${name}" of ${graph.name} has more`,
        );
      } else if (isSoftLoss(term)) {
        if (output.activation !== "softmax") {
          throw new UserError(
            `${term.kind} compares distributions, and output "${name}" of ${graph.name} does not end by softmax`,
          );
        }
        checkClassWeights(graph, output, term.weights);
      }
    }
  }
}

/**
 * In the graph's order.
 * @throws UserError when there are none, or targets name no output or do not fit theirs.
 */
export function trainedOutputs(
  graph: Graph,
  training: Training,
  { shaped, batch }: CheckedInputs,
  targets: ReadonlyMap<string, TargetBatch>,
): readonly TrainedOutput[] {
  for (const name of targets.keys()) {
    outputOf(graph, name);
    if (!training.outputs.has(name)) throw new UserError(`output "${name}" of ${graph.name} has no loss`);
  }
  const trained = graph.outputs.flatMap((output): TrainedOutput[] => {
    const given = targets.get(output.name);
    const settings = training.outputs.get(output.name);
    const shape = shaped.shapes[output.node];
    if (given === undefined || settings === undefined || shape === undefined) return [];
    const terms = settings.loss.map(({ factor, term }) => ({
      factor,
      ...termTargets(graph, output, term, given, batch, shape),
    }));
    const { predicts, confidence } = settings;
    return [{ output, predicts, confidence, terms }];
  });
  if (trained.length === 0) throw new UserError(`no labels are given for ${graph.name}`);
  return trained;
}

function outputOf(graph: Graph, name: string): GraphOutput {
  const output = graph.outputs.find((one) => one.name === name);
  if (output !== undefined) return output;
  const names = graph.outputs.map((one) => `"${one.name}"`).join(", ");
  throw new UserError(`${graph.name} has no output "${name}" to compare labels with; it has ${names}`);
}

function channelsOf(graph: Graph, output: GraphOutput): number {
  return graph.nodes[output.node]?.map.channels ?? 0;
}

function isClassLoss(term: ResolvedLoss): term is ClassLoss {
  return comparedBy(term.kind).includes("classes");
}

function isPriorLoss(term: ResolvedLoss): term is PriorLoss {
  return isPrior(term.kind);
}

function isSoftLoss(term: ResolvedLoss): term is SoftLoss {
  return comparedBy(term.kind).includes("distributions");
}

function termTargets(
  graph: Graph,
  output: GraphOutput,
  term: ResolvedLoss,
  given: TargetBatch,
  batch: number,
  shape: MapShape,
): TermTargets {
  if (isPriorLoss(term)) return { kind: "prediction", term, shape: [batch, ...shape] };
  if (!isClassLoss(term)) {
    if (given.kind === "map") {
      const targets = mapTargets(output, given, batch, shape);
      if (!isSoftLoss(term)) return { kind: "map", term, targets };
      return { kind: "soft", term, targets: softTargets(targets, term.weights) };
    }
    throw new UserError(
      `the loss ${term.kind} of output "${output.name}" needs values, and labels are given`,
    );
  }
  if (given.kind === "map") {
    throw new UserError(
      `the loss ${term.kind} of output "${output.name}" needs labels, and values are given`,
    );
  }
  const targets = classesOf(
    graph,
    output,
    given,
    batch,
    shape,
    "weights" in term && !weighsAreas(term.kind) ? term.weights : undefined,
  );
  return { kind: "classes", term, targets: weighed(targets, term, given.shape) };
}

/** With the weights that follow from where the classes are. */
function weighed(targets: ClassTargets, term: ClassLoss, shape: LabelBatch["shape"]): ClassTargets {
  if (term.kind === "balanced_cross_entropy") return balanceClasses(targets, shape[0]);
  return term.kind === "border_cross_entropy" ? withBorderWeights(targets, shape, term) : targets;
}

function classesOf(
  graph: Graph,
  output: GraphOutput,
  labels: LabelBatch,
  batch: number,
  shape: MapShape,
  weights: readonly number[] | undefined,
): ClassTargets {
  return classTargets(output, labels, batch, shape, classCount(graph, output), weights);
}
