/** Images and labels below a folder, by patterns. */
import { resolve } from "node:path";
import type { SplitGlobs } from "../../../compiler/learning/data/folder.ts";
import type { FilePatterns } from "../../../compiler/learning/definition/files.ts";
import { UserError } from "../../user-error.ts";
import { matchFiles } from "../match-files.ts";
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
  const { images, labels, objects, slices = false, validation, test } = configuration;
  const ownFiles = layers.some(({ from }) => typeof from === "object");
  if (override !== undefined && !ownFiles && (await matchFiles(directory, images)).size === 0) {
    return openLayout(directory, masks, configuration);
  }
  if (objects && layers.some(({ source, from }) => from === "labels" && source.kind !== "classes")) {
    throw new UserError(
      "boundaries are computed from label images, and with `objects` there are none",
      'Give their files: targets edges = boundaries("…/*.png").',
    );
  }
  const pairsOf = (imagesOf: string, labelsOf: string | undefined) =>
    objects && wantsLabels && labelsOf !== undefined
      ? pairObjects(directory, imagesOf, labelsOf)
      : pairFiles(directory, imagesOf, wantsLabels ? labelsOf : undefined, slices);
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
