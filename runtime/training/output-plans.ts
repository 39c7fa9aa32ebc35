/** What a training reads: for each output its target, for each input its source. */
import {
  keptMeasure,
  type OutputConfiguration,
  type TrainConfiguration,
} from "../../compiler/learning/configuration.ts";
import { defaultOf } from "../../compiler/learning/definition/definition.ts";
import { imageInput } from "../../compiler/learning/inputs/image.ts";
import type { ClassWeights } from "../../compiler/learning/losses/class-weights.ts";
import { measuresOnDemand } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { InputPlan, TargetPlan } from "../data/input-plan.ts";
import { type LayerPlan, layerPlan } from "../data/layers/layer.ts";
import { layersOf } from "../data/make-batch.ts";
import type { OutputTraining } from "../engines/engine.ts";
import { imageInputs } from "../fit/fit.ts";
import type { OnDemand } from "../metrics/output-metrics.ts";
import { layerOfTarget, predictedBy } from "../targets/registry.ts";

type Trained = Pick<TrainConfiguration, "inputs" | "outputs">;

export interface OutputPlan extends OutputConfiguration {
  /** Its place in `graph.outputs`. */
  readonly index: number;
  readonly layer: LayerPlan;
  /** Measures that take time and are wanted. */
  readonly demand: OnDemand;
}

/** The measure that `keep` names is wanted, whatever it takes. */
export function outputPlans(
  graph: Graph,
  { outputs, keep }: Pick<Trained, "outputs"> & Partial<Pick<TrainConfiguration, "keep">>,
): readonly OutputPlan[] {
  const kept = keep && keptMeasure(keep);
  return graph.outputs.flatMap(({ name, node }, index) => {
    const configured = outputs.find((output) => output.name === name);
    if (configured === undefined) return [];
    const channels = graph.nodes[node]?.map.channels ?? 0;
    const layer = layerOfTarget(configured.target, channels);
    const demand = measuresOnDemand(configured.target.kind).filter(
      (measure) => kept?.output === name && kept.measure === measure,
    );
    return [{ ...configured, index, layer, demand }];
  });
}

/** Outputs of which everything is measured. */
export function withAllMeasures(outputs: readonly OutputPlan[]): readonly OutputPlan[] {
  return outputs.map((output) => ({ ...output, demand: measuresOnDemand(output.target.kind) }));
}

/** Outputs of which nothing is measured that takes time. */
export function withQuickMeasures(outputs: readonly OutputPlan[]): readonly OutputPlan[] {
  return outputs.map((output) => ({ ...output, demand: [] }));
}

export function targetPlans(outputs: readonly OutputPlan[]): readonly TargetPlan[] {
  return outputs.map(({ name, layer }) => ({ output: name, layer }));
}

/** An input before its normalisation is known. */
export type InputSourcePlan = Omit<InputPlan, "normalisation">;

/** In the order of the graph. */
export function inputPlans(graph: Graph, { inputs }: Pick<Trained, "inputs">): readonly InputSourcePlan[] {
  return imageInputs(graph).map(({ attributes: { name, channels } }) => {
    const { from, shrink, noise } = inputs.find((input) => input.name === name) ?? defaultOf(imageInput);
    return { name, layer: layerPlan({ kind: "image", channels }, from ?? "images"), shrink, noise };
  });
}

/** Every layer once. */
export function layerPlans(graph: Graph, trained: Trained): readonly LayerPlan[] {
  return layersOf(inputPlans(graph, trained), targetPlans(outputPlans(graph, trained)));
}

/** Measured on the training data. */
export interface MeasuredWeights {
  /** For losses whose weights follow from the data. */
  readonly classWeights: readonly number[] | undefined;
  /** For losses that rebalance colours: by output, in the order of the bins. */
  readonly binWeights: Readonly<Record<string, readonly number[]>>;
}

export function trainingOf(
  {
    name,
    target,
    loss,
    demand = [],
  }: Pick<OutputConfiguration, "name" | "target" | "loss"> & { readonly demand?: OnDemand },
  { classWeights, binWeights }: MeasuredWeights,
): OutputTraining {
  return {
    predicts: predictedBy(target),
    ...(demand.includes("calibration_error") && { confidence: true }),
    loss: loss.map(({ factor, term }) => {
      if (term.kind === "soft_cross_entropy") {
        const weights = term.rebalance === undefined ? undefined : binWeights[name];
        return { factor, term: { kind: term.kind, weights } };
      }
      if (!("weights" in term)) return { factor, term };
      const weights = typeof term.weights === "string" ? classWeights : term.weights;
      return { factor, term: { ...term, weights } };
    }),
  };
}

/** The λ of an output's loss that rebalances colours; `undefined`: none does. */
export function rebalanceOf({ loss }: Pick<OutputConfiguration, "loss">): number | undefined {
  for (const { term } of loss) if (term.kind === "soft_cross_entropy") return term.rebalance;
  return undefined;
}

/** The rule where any loss has one (all have the same), else the first weights that are written. */
export function classWeightsOf({ outputs }: Pick<Trained, "outputs">): ClassWeights {
  const asked = outputs
    .flatMap(({ loss }) => loss)
    .flatMap(({ term }) => ("weights" in term && term.weights !== undefined ? [term.weights] : []));
  return asked.find((weights) => typeof weights === "string") ?? asked[0];
}
