/** Images and labels below a folder, by patterns. */
import { resolve } from "node:path";
import type { SplitGlobs } from "../../../compiler/learning/data/folder.ts";
import type { FilePatterns } from "../../../compiler/learning/definition/files.ts";
import { UserError } from "../../user-error.ts";
import { matchFiles } from "../match-files.ts";
import type { Pair } from "../pair.ts";
import { pairFiles, pairLayers } from "../pair-files.ts";
import { pairObjects } from "../pair-objects.ts";
import { shareIn, splitPairs } from "../split.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";
import { openLayout } from "./layout.ts";

/** Under an override in which no file matches the patterns, a usual layout is looked for. */
export const openFolder: OpenFormat<"folder"> = async (configuration, request) => {
  const { masks, baseDirectory, override, layers, wantsLabels } = request;
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const { images, labels, objects, instances = false, slices = false, validation, test } = configuration;
  const ownFiles = layers.some(({ from }) => typeof from === "object");
  if (override !== undefined && !ownFiles && (await matchFiles(directory, images)).size === 0) {
    return openLayout(directory, masks, configuration);
  }
  if (
    (objects || instances) &&
    layers.some(({ source, from }) => from === "labels" && source.kind === "boundaries")
  ) {
    throw new UserError(
      "boundaries are computed from label images, and this data shows single objects",
      'give their files: targets edges = boundaries("…/*.png")',
    );
  }
  const told = {
    ...(instances && { numbered: true as const }),
    ...(configuration.border !== undefined && { border: configuration.border }),
  };
  const pairsOf = async (imagesOf: string, labelsOf: string | undefined): Promise<readonly Pair[]> => {
    if (!wantsLabels || labelsOf === undefined) return pairFiles(directory, imagesOf, undefined, slices);
    const pairs = objects
      ? await pairObjects(directory, imagesOf, labelsOf)
      : await pairFiles(directory, imagesOf, labelsOf, slices);
    return pairs.map((pair) => ({ ...pair, ...told }));
  };
  const pairs = await pairLayers(
    await pairsOf(images, labels),
    directory,
    images,
    layers,
    (from) => from.files,
    slices,
  );
  const own = async (globs: SplitGlobs, patternOf: (from: FilePatterns) => string) =>
    pairLayers(await pairsOf(globs.images, globs.labels), directory, globs.images, layers, patternOf, slices);
  return {
    source: directory,
    masks,
    ...splitPairs(pairs, shareIn(validation), shareIn(test)),
    ...(validation.kind === "globs" && {
      validation: await own(validation, (from) => from.validation ?? from.files),
    }),
    ...(test?.kind === "globs" && { test: await own(test, (from) => from.test ?? from.files) }),
  };
};
