/** Which networks the programs of a runnable project can train and apply. */
import type { CompiledNetwork } from "../../../compiled-network.ts";
import type { AugmentationConfiguration } from "../../../learning/augmentations/registry.ts";
import { isInput } from "../../../ops/input.ts";
import type { SourceFile } from "../../../source.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import { isProvided } from "./augmentations.ts";
import { entryPlaces } from "./entry-places.ts";
import { isPrintable } from "./learning-rate.ts";

/** As the train section writes what is not provided of it. */
function wordOf(augmentation: AugmentationConfiguration): string {
  return augmentation.kind === "crop" ? "crop(rare = …)" : augmentation.kind;
}

/** Why there are no such programs; `undefined`: there are. @param files in which the lines of a train section are found */
export function notRunnable(
  { name, graph, train }: CompiledNetwork,
  files: ReadonlyMap<string, SourceFile> = new Map(),
): string | undefined {
  const inputs = graph.nodes.filter(isInput).length;
  if (inputs !== 1) return `${name} has ${inputs} inputs, and the programs read one folder of images`;
  const missing: readonly (readonly [entry: string, words: string])[] = [
    ...(train?.startFrom === undefined ? [] : [["start", `start from ${train.startFrom}`] as const]),
    ...(train?.schedule ?? [])
      .filter((schedule) => train !== undefined && !isPrintable(schedule, train.keep))
      .map(({ kind }) => ["schedule", `schedule ${kind} by ${train?.keep.best}`] as const),
    ...(train?.augment ?? [])
      .filter((augmentation) => !isProvided(augmentation))
      .map((augmentation) => ["augment", `augment ${wordOf(augmentation)}`] as const),
    ...(["groups", "freeze"] as const)
      .filter((entry) => train?.[entry] !== undefined)
      .map((entry) => [entry, entry] as const),
    ...(train?.clip ?? []).map(({ kind }) => ["clip", `clip ${kind}`] as const),
    ...(train?.accumulate === undefined || train.accumulate === 1
      ? []
      : [["accumulate", `accumulate ${train.accumulate}`] as const]),
    ...(train?.average === undefined ? [] : [["average", `average ${train.average.kind}`] as const]),
  ];
  if (missing.length > 0) {
    const places = entryPlaces(files, train?.network ?? name);
    const written = missing.map(([entry, words]) => {
      const place = places.get(entry);
      return place === undefined ? words : `${words} (${place})`;
    });
    return `the train section of ${name} says ${written.join(", ")}, which train.ts does not support; remove it or emit the module alone`;
  }
  const [output, ...others] = (train ?? usualTraining(graph)).outputs;
  if (output?.target.kind === "labels" && others.length === 0 && graph.outputs.length === 1) return undefined;
  return `${name} learns more or other than labels, and the programs read one folder of label images`;
}
