/** Images, labels and the files of layers with the same name, paired. */

import type { FilePatterns } from "../../compiler/learning/definition/files.ts";
import { countSlices } from "../images/stacks/count-slices.ts";
import { sliceReference } from "../images/stacks/image-place.ts";
import { UserError } from "../user-error.ts";
import type { LayerPlan } from "./layers/layer.ts";
import { matchFiles } from "./match-files.ts";
import type { Pair } from "./pair.ts";

/**
 * @param directory absolute
 * @param labels `undefined`: images alone
 * @param slices whether each file holds many images, which are paired one by one
 * @throws UserError when a pattern matches nothing, or naming files without a partner
 */
export async function pairFiles(
  directory: string,
  images: string,
  labels: string | undefined,
  slices = false,
): Promise<readonly Pair[]> {
  const imageFiles = await filesOf(directory, images, slices);
  if (labels === undefined)
    return [...imageFiles].map(([name, image]) => ({ name, image, label: undefined }));
  const labelFiles = await filesOf(directory, labels, slices);
  checkPartners(directory, "label", [images, imageFiles], [labels, labelFiles]);
  return [...imageFiles].map(([name, image]) => ({ name, image, label: labelFiles.get(name) }));
}

/**
 * The pairs with the files of their layers.
 * @param patternOf the pattern of a layer's files, for training or validation
 * @throws UserError as pairFiles
 */
export async function pairLayers(
  pairs: readonly Pair[],
  directory: string,
  images: string,
  layers: readonly LayerPlan[],
  patternOf: (from: FilePatterns) => string,
  slices = false,
): Promise<readonly Pair[]> {
  const files = new Map<string, ReadonlyMap<string, string>>();
  const imageFiles = new Map(pairs.map(({ name, image }) => [name, image]));
  for (const { key, from } of layers) {
    if (typeof from === "string") continue;
    const pattern = patternOf(from);
    // Without a star it is one file for all images.
    if (!pattern.includes("*")) {
      const [[, file = ""] = []] = await filesOf(directory, pattern);
      files.set(key, new Map(pairs.map(({ name }) => [name, file])));
      continue;
    }
    const found = await filesOf(directory, pattern, slices);
    checkPartners(directory, "target", [images, imageFiles], [pattern, found]);
    files.set(key, found);
  }
  if (files.size === 0) return pairs;
  return pairs.map((pair) => ({
    ...pair,
    layers: Object.fromEntries([...files].map(([key, found]) => [key, found.get(pair.name) ?? ""])), // checked above
  }));
}

/** @param slices whether the images of each file are wanted, "name#3" @throws UserError when nothing matches */
export async function filesOf(
  directory: string,
  pattern: string,
  slices = false,
): Promise<ReadonlyMap<string, string>> {
  const found = await matchFiles(directory, pattern);
  if (found.size > 0) return slices ? slicesOf(found) : found;
  throw new UserError(
    `no file in ${directory} matches "${pattern}"`,
    'patterns are relative to the folder: "images/*.png"; give another folder with --data DIR',
  );
}

async function slicesOf(files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [key, file] of files) {
    const count = await countSlices(file);
    for (let i = 0; i < count; i++) found.set(key === "" ? `${i}` : `${key}#${i}`, sliceReference(file, i));
  }
  return found;
}

type Matched = readonly [pattern: string, files: ReadonlyMap<string, string>];

function checkPartners(
  directory: string,
  what: "label" | "target",
  [images, imageFiles]: Matched,
  [others, otherFiles]: Matched,
): void {
  const lonelyImages = [...imageFiles].filter(([key]) => !otherFiles.has(key));
  const lonelyOthers = [...otherFiles].filter(([key]) => !imageFiles.has(key));
  if (lonelyImages.length + lonelyOthers.length === 0) return;
  const complaints = [
    complaint(lonelyImages, `image has no ${what}`, `images have no ${what}`),
    complaint(lonelyOthers, `${what} has no image`, `${what}s have no image`),
  ];
  const objects =
    what === "label" && otherFiles.size > imageFiles.size
      ? "; where each object of an image has a file of its own, add `objects` to folder(…)"
      : "";
  throw new UserError(
    `${directory}: ${complaints.filter((text) => text !== undefined).join("; ")}`,
    `an image and its ${what} share what "*" matches in "${images}" and "${others}": add the missing files, remove the others, or change the patterns${objects}`,
  );
}

function complaint(
  files: readonly (readonly [string, string])[],
  one: string,
  many: string,
): string | undefined {
  if (files.length === 0) return undefined;
  const shown = files.slice(0, 5).map(([, path]) => path);
  const rest = files.length > shown.length ? ` and ${files.length - shown.length} more` : "";
  return `${files.length} ${files.length === 1 ? one : many} (${shown.join(", ")}${rest})`;
}
