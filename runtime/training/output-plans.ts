/** What a training reads: for each output its target, for each input its source. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import { divide, type Rational, rational } from "../../compiler/geometry/rational.ts";
import {
  keptMeasure,
  type OutputConfiguration,
  type TrainConfiguration,
} from "../../compiler/learning/configuration.ts";
import { defaultOf } from "../../compiler/learning/definition/definition.ts";
import { imageInput } from "../../compiler/learning/inputs/image.ts";
import { imagePixels, inputFile } from "../../compiler/learning/inputs/image-scale.ts";
import type { ClassWeights } from "../../compiler/learning/losses/class-weights.ts";
import { measuresOnDemand } from "../../compiler/learning/targets/registry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { scaledDown } from "../../compiler/network/scene.ts";
import type { InputPlan, TargetPlan } from "../data/input-plan.ts";
import { type LayerPlan, layerPlan } from "../data/layers/layer.ts";
import { layersOf } from "../data/make-batch.ts";
import type { OutputTraining } from "../engines/engine.ts";
import { imageInputs, imageScene } from "../fit/fit.ts";
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
export function inputPlans(graph: Graph, trained: Pick<Trained, "inputs">): readonly InputSourcePlan[] {
  const scene = imageScene(graph);
  const image = imageScale(graph, trained);
  return configuredInputs(graph, trained).map(({ name, channels, from, shrink, noise }) => {
    const { pixels, resized } = inputFile(scene, { name, from, shrink }, image);
    const layer = layerPlan({ kind: "image", channels }, from ?? "images", pixels);
    return { name, layer, shrink, ...(resized && { resized }), noise };
  });
}

function configuredInputs(graph: Graph, { inputs }: Pick<Trained, "inputs">) {
  return imageInputs(graph).map(({ attributes: { name, channels } }) => ({
    ...(inputs.find((input) => input.name === name) ?? defaultOf(imageInput)),
    name,
    channels,
  }));
}

/** Pixels of the data's images, and of the targets, in one pixel of the scene that the inputs show; along each axis. */
export type ImageScale = PerAxis<Rational>;

export function imageScale(graph: Graph, trained: Pick<Trained, "inputs">): ImageScale {
  return imagePixels(imageScene(graph), configuredInputs(graph, trained));
}

/** [height, width] of the scene that an image of the data shows. */
export function sceneSize(image: PerAxis<number>, scale: ImageScale): PerAxis<number> {
  return perAxis((axis) => scaledDown(image[axis], divide(rational(1), scale[axis])));
}

/** Channels in which the data's images are read: of the first input that takes them. */
export function imageChannels(graph: Graph, trained: Pick<Trained, "inputs">): number {
  const inputs = configuredInputs(graph, trained);
  return (inputs.find(({ from }) => from === undefined) ?? inputs[0])?.channels ?? 3;
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
