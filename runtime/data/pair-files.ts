/** Images and labels with the same name, paired. */
import { UserError } from "../user-error.ts";
import type { Pair } from "./data-set.ts";
import { matchFiles } from "./match-files.ts";

/**
 * @param directory absolute
 * @throws UserError when a pattern matches nothing, or naming files without a partner
 */
export async function pairFiles(directory: string, images: string, labels: string): Promise<readonly Pair[]> {
  const imageFiles = await matchFiles(directory, images);
  const labelFiles = await matchFiles(directory, labels);
  for (const [pattern, found] of [
    [images, imageFiles],
    [labels, labelFiles],
  ] as const) {
    if (found.size === 0) {
      throw new UserError(
        `no file in ${directory} matches "${pattern}"`,
        'Patterns are relative to the folder: "images/*.png". Give another folder with --data DIR.',
      );
    }
  }
  const lonelyImages = [...imageFiles].filter(([key]) => !labelFiles.has(key));
  const lonelyLabels = [...labelFiles].filter(([key]) => !imageFiles.has(key));
  if (lonelyImages.length + lonelyLabels.length > 0) {
    const complaints = [
      complaint(lonelyImages, "image has no label", "images have no label"),
      complaint(lonelyLabels, "label has no image", "labels have no image"),
    ];
    throw new UserError(
      `${directory}: ${complaints.filter((text) => text !== undefined).join("; ")}`,
      `An image and its label share what "*" matches in "${images}" and "${labels}". Add the missing files, remove the others, or change the patterns.`,
    );
  }
  return [...imageFiles].map(([name, image]) => ({ name, image, label: labelFiles.get(name) ?? "" }));
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
