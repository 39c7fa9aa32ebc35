/** A folder in a usual layout, without a data entry that names its patterns. */
import { join } from "node:path";
import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import type { FolderSettings } from "../../../compiler/learning/data/folder.ts";
import { usualShare } from "../../../compiler/learning/data/split-share.ts";
import { UserError } from "../../user-error.ts";
import type { DataSet } from "../data-set.ts";
import { imagePattern, type Layout, layoutsInWords, recogniseLayout } from "../layouts.ts";
import type { Pair } from "../pair.ts";
import { pairFiles } from "../pair-files.ts";
import { shareIn, splitPairs } from "../split.ts";

/** @param split of the program, for parts that have no folders of their own in the layout; other than shares, it is of other files */
export async function openLayout(
  directory: string,
  masks: MaskConfiguration,
  split: Partial<Pick<FolderSettings, "validation" | "test">> = {},
): Promise<DataSet> {
  const layout = await recogniseLayout(directory);
  if (layout === undefined) {
    throw new UserError(
      `${directory} has no images and labels in a known layout`,
      `known layouts: ${layoutsInWords}; for another one, write a data entry in the train section: data folder("…", images = "…/*.png", labels = "…/*.png", validate = 20%)`,
    );
  }
  const pairs = await pairsIn(directory, layout.images, layout.labels);
  const validation = split.validation?.kind === "share" ? split.validation : usualShare;
  const own = (folders: Layout["validation"]) =>
    folders && pairsIn(directory, folders.images, folders.labels);
  const [validating, test] = [await own(layout.validation), await own(layout.test)];
  const shares = splitPairs(
    pairs,
    validating === undefined ? validation : shareIn(undefined),
    test === undefined ? shareIn(split.test) : shareIn(undefined),
  );
  const folders = [layout, layout.validation, layout.test].filter((one) => one !== undefined);
  const named = folders.map(({ images, labels }) => `${images}, ${labels}`).join(", ");
  const share = validating === undefined ? `; ${100 * validation.share}% for validation` : "";
  return {
    source: `${directory} (${named}${share})`,
    masks,
    ...shares,
    ...(validating && { validation: validating }),
    ...(test && { test }),
  };
}

function pairsIn(directory: string, images: string, labels: string): Promise<readonly Pair[]> {
  return pairFiles(directory, join(images, imagePattern), join(labels, imagePattern));
}
