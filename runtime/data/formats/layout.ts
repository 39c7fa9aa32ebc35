/** A folder in a usual layout, without a data entry that names its patterns. */
import { join } from "node:path";
import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import { usualShare, type ValidationShare } from "../../../compiler/learning/data/validation-share.ts";
import { UserError } from "../../user-error.ts";
import type { DataSet } from "../data-set.ts";
import { imagePattern, type Layout, layoutsInWords, recogniseLayout } from "../layouts.ts";
import type { Pair } from "../pair.ts";
import { pairFiles } from "../pair-files.ts";
import { splitPairs } from "../split.ts";

/** @param validation of the program, for a layout without validation pairs of its own; other than a share, it is of other files */
export async function openLayout(
  directory: string,
  masks: MaskConfiguration,
  validation?: ValidationShare | { readonly kind: "globs" },
): Promise<DataSet> {
  const layout = await recogniseLayout(directory);
  if (layout === undefined) {
    throw new UserError(
      `${directory} has no images and labels in a known layout`,
      `Known layouts: ${layoutsInWords}. For another one, write a data entry in the train section: data folder("…", images = "…/*.png", labels = "…/*.png", validate = 20%)`,
    );
  }
  const pairs = await pairsIn(directory, layout.images, layout.labels);
  const share = validation?.kind === "share" ? validation : usualShare;
  return {
    source: `${directory} (${foldersOf(layout, share.share)})`,
    masks,
    ...(layout.validation === undefined
      ? splitPairs(pairs, share)
      : {
          training: pairs,
          validation: await pairsIn(directory, layout.validation.images, layout.validation.labels),
        }),
  };
}

function foldersOf(layout: Layout, share: number): string {
  const training = `${layout.images}, ${layout.labels}`;
  if (layout.validation === undefined) return `${training}; ${100 * share}% for validation`;
  return `${training}, ${layout.validation.images}, ${layout.validation.labels}`;
}

function pairsIn(directory: string, images: string, labels: string): Promise<readonly Pair[]> {
  return pairFiles(directory, join(images, imagePattern), join(labels, imagePattern));
}
