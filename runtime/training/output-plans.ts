/** What a training reads beside images: for each output its target, for each input after the first its files. */

import type { OutputConfiguration, TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { type LayerPlan, layerOfInput, layerOfTarget } from "../data/layers.ts";
import type { OutputTraining } from "../engines/engine.ts";
import { imageInputs } from "../fit/fit.ts";

type Trained = Pick<TrainConfiguration, "inputs" | "outputs">;

export interface OutputPlan extends OutputConfiguration {
  /** Its place in `graph.outputs`. */
  readonly index: number;
  /** `undefined`: the classes. */
  readonly layer: LayerPlan | undefined;
}

export function outputPlans(graph: Graph, { outputs }: Pick<Trained, "outputs">): readonly OutputPlan[] {
  return graph.outputs.flatMap(({ name, node }, index) => {
    const configured = outputs.find((output) => output.name === name);
    if (configured === undefined) return [];
    const channels = graph.nodes[node]?.map.channels ?? 0;
    return [{ ...configured, index, layer: layerOfTarget(configured.target, channels) }];
  });
}

/** The layers of inputs after the first. */
export function otherInputs(graph: Graph, { inputs }: Pick<Trained, "inputs">) {
  return imageInputs(graph)
    .slice(1)
    .map(({ attributes: { name, channels } }) => {
      const { from, noise } = inputs.find((input) => input.name === name) ?? { from: undefined, noise: 0 };
      return { name, noise, layer: layerOfInput({ from }, channels) };
    });
}

/** Every layer once. */
export function layerPlans(graph: Graph, trained: Trained): readonly LayerPlan[] {
  const plans = [
    ...outputPlans(graph, trained).flatMap(({ layer }) => layer ?? []),
    ...otherInputs(graph, trained).map(({ layer }) => layer),
  ];
  return [...new Map(plans.map((plan) => [plan.key, plan])).values()];
}

/** Whether label images are read, as classes or as boundaries. */
export function readsLabels({ outputs }: Pick<Trained, "outputs">): boolean {
  return outputs.some(
    ({ target }) => target.kind === "labels" || (target.kind === "boundaries" && target.from === undefined),
  );
}

/** Measured on the training data. */
export interface MeasuredWeights {
  /** For a loss with "median_frequency". */
  readonly classWeights: readonly number[] | undefined;
  /** For losses that rebalance colours: by output, in the order of the bins. */
  readonly binWeights: Readonly<Record<string, readonly number[]>>;
}

export function trainingOf(
  { name, target, loss }: Pick<OutputConfiguration, "name" | "target" | "loss">,
  { classWeights, binWeights }: MeasuredWeights,
): OutputTraining {
  return {
    predicts: target.kind === "labels" ? "classes" : "map",
    loss: loss.map(({ factor, term }) => {
      if (term.kind === "soft_cross_entropy") {
        const weights = term.rebalance === undefined ? undefined : binWeights[name];
        return { factor, term: { kind: term.kind, weights } };
      }
      if (term.kind !== "cross_entropy") return { factor, term };
      const { weights } = term;
      return { factor, term: { ...term, weights: weights === "median_frequency" ? classWeights : weights } };
    }),
  };
}

/** The λ of an output's loss that rebalances colours; `undefined`: none does. */
export function rebalanceOf({ loss }: Pick<OutputConfiguration, "loss">): number | undefined {
  for (const { term } of loss) if (term.kind === "soft_cross_entropy") return term.rebalance;
  return undefined;
}

/** Of the first output whose cross entropy has any. */
export function classWeightsOf({ outputs }: Pick<Trained, "outputs">) {
  for (const { loss } of outputs)
    for (const { term } of loss)
      if (term.kind === "cross_entropy" && term.weights !== undefined) return term.weights;
  return undefined;
}
