/** The pairs that a `train` section's `data` entry, or a folder given in its place, selects. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { DataConfiguration } from "../../compiler/learning/data/registry.ts";
import { UserError } from "../user-error.ts";
import type { DataSet } from "./data-set.ts";
import { existingFolder } from "./formats/existing-folder.ts";
import { openLayout } from "./formats/layout.ts";
import { openFormat } from "./formats/registry.ts";
import type { LayerPlan } from "./layers/layer.ts";

export interface OpenOptions {
  /** What paths of the configuration are relative to: the folder of the `.fcn` file. */
  readonly baseDirectory: string;
  /** `--data DIR`, relative to the working directory: replaces the configuration's folder, with the same patterns. */
  readonly override?: string | undefined;
  /** What is read of each image. Left out: the image and its labels. */
  readonly layers?: readonly LayerPlan[];
}

/**
 * Under an override in which no file matches the configuration's patterns, and without a configuration, a usual layout is
 * looked for (layouts.ts) and named in `source`.
 * @throws UserError when folders, lists or partners are missing
 */
export async function openDataSet(
  configuration: DataConfiguration | undefined,
  masks: MaskConfiguration,
  options: OpenOptions,
): Promise<DataSet> {
  const { baseDirectory, override, layers = [] } = options;
  if (configuration !== undefined) {
    const wantsLabels = options.layers === undefined || layers.some(({ from }) => from === "labels");
    const request = { masks, baseDirectory, override, layers, wantsLabels };
    return { ...(await openFormat(configuration, request)), layers };
  }
  const ownFiles = layers.some(({ from }) => typeof from === "object");
  if (override === undefined || ownFiles) {
    throw new UserError(
      override === undefined ? "the train section has no data entry" : "no folder of images is given",
      'write into the train section: data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)' +
        (ownFiles ? "" : "; or give a folder by --data DIR"),
    );
  }
  return { ...(await openLayout(await existingFolder(override), masks)), layers };
}
