/** Which networks the programs of a runnable project can train and apply. */
import type { CompiledNetwork } from "../../../compiled-network.ts";
import type { AugmentationConfiguration } from "../../../learning/augmentations/registry.ts";
import { isInput } from "../../../ops/input.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import { isPrintable } from "./learning-rate.ts";

/** Crops at random positions, and mirroring with its probability. */
function isProvided(augmentation: AugmentationConfiguration): boolean {
  return augmentation.kind === "flip" || (augmentation.kind === "crop" && augmentation.rare === undefined);
}

/** As the train section writes what is not provided of it. */
function wordOf(augmentation: AugmentationConfiguration): string {
  return augmentation.kind === "crop" ? "crop(rare = …)" : augmentation.kind;
}

/** Why there are no such programs; `undefined`: there are. */
export function notRunnable({ name, graph, train }: CompiledNetwork): string | undefined {
  const inputs = graph.nodes.filter(isInput).length;
  if (inputs !== 1) return `${name} has ${inputs} inputs, and the programs read one folder of images`;
  const missing = [
    ...(train?.schedule ?? [])
      .filter((schedule) => !isPrintable(schedule))
      .map(({ kind }) => `schedule ${kind}`),
    ...(train?.augment ?? [])
      .filter((augmentation) => !isProvided(augmentation))
      .map((augmentation) => `augment ${wordOf(augmentation)}`),
    ...(["groups", "freeze"] as const).filter((entry) => train?.[entry] !== undefined),
    ...(train?.clip ?? []).map(({ kind }) => `clip ${kind}`),
    ...(train?.accumulate === undefined || train.accumulate === 1 ? [] : [`accumulate ${train.accumulate}`]),
    ...(train?.average === undefined ? [] : [`average ${train.average.kind}`]),
  ];
  if (missing.length > 0)
    return `the train section of ${name} says ${missing.join(", ")}, which train.ts has not; remove it or emit the module alone`;
  const [output, ...others] = (train ?? usualTraining(graph)).outputs;
  if (output?.target.kind === "labels" && others.length === 0 && graph.outputs.length === 1) return undefined;
  return `${name} learns more or other than labels, and the programs read one folder of label images`;
}
