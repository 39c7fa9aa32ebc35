/** The pairs that a `train` section's `data` entry, or a folder given in its place, selects. */
import { basename, join, resolve } from "node:path";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { DataConfiguration } from "../../compiler/learning/data/registry.ts";
import { usualShare } from "../../compiler/learning/data/validation-share.ts";
import { UserError } from "../user-error.ts";
import type { DataSet, Pair } from "./data-set.ts";
import type { LayerPlan } from "./layers.ts";
import { imagePattern, isFolder, type Layout, layoutsInWords, recogniseLayout } from "./layouts.ts";
import { matchFiles } from "./match-files.ts";
import { pairFiles, pairLayers } from "./pair-files.ts";
import { readPairList } from "./pair-list.ts";
import { pairObjects } from "./pair-objects.ts";
import { splitPairs } from "./split.ts";

export interface OpenOptions {
  /** What paths of the configuration are relative to: the folder of the `.fcn` file. */
  readonly baseDirectory: string;
  /** `--data DIR`, relative to the working directory: replaces the configuration's folder, with the same patterns. */
  readonly override?: string | undefined;
  /** What is read beside the images. Left out: labels alone. */
  readonly layers?: readonly LayerPlan[];
  /** Whether label images are read, as classes or as a layer. Default: true. */
  readonly labels?: boolean;
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
  const { baseDirectory, override, layers = [], labels: wantsLabels = true } = options;
  const ownFiles = layers.some(({ from }) => typeof from === "object");
  if (configuration === undefined) {
    if (override === undefined || ownFiles) {
      throw new UserError(
        override === undefined ? "the train section has no data entry" : "no folder of images is given",
        'Write into the train section: data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)' +
          (ownFiles ? "" : "; or give a folder by --data DIR"),
      );
    }
    return { ...(await openLayout(await existingFolder(override), masks)), layers };
  }
  if (configuration.kind === "list") return { ...(await openList(configuration, masks, options)), layers };
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const { images, labels, objects, validation } = configuration;
  if (override !== undefined && !ownFiles && (await matchFiles(directory, images)).size === 0) {
    return { ...(await openLayout(directory, masks, validation)), layers };
  }
  if (objects && layers.some(({ from }) => from === "labels")) {
    throw new UserError(
      "boundaries are computed from label images, and with `objects` there are none",
      'Give their files: targets edges = boundaries("…/*.png").',
    );
  }
  const pairsOf = (imagesOf: string, labelsOf: string | undefined) =>
    objects && wantsLabels && labelsOf !== undefined
      ? pairObjects(directory, imagesOf, labelsOf)
      : pairFiles(directory, imagesOf, wantsLabels ? labelsOf : undefined);
  const pairs = await pairLayers(
    await pairsOf(images, labels),
    directory,
    images,
    layers,
    ({ files }) => files,
  );
  if (validation.kind === "share")
    return { source: directory, masks, layers, ...splitPairs(pairs, validation) };
  const held = await pairsOf(validation.images, validation.labels);
  const validating = await pairLayers(
    held,
    directory,
    validation.images,
    layers,
    (from) => from.validation ?? from.files,
  );
  return { source: directory, masks, layers, training: pairs, validation: validating };
}

async function openList(
  configuration: Extract<DataConfiguration, { kind: "list" }>,
  masks: MaskConfiguration,
  { baseDirectory, override }: OpenOptions,
): Promise<DataSet> {
  const locate = (path: string) =>
    override === undefined ? resolve(baseDirectory, path) : resolve(override, basename(path));
  const file = locate(configuration.path);
  const pairs = await readPairList(file);
  const { validation } = configuration;
  return {
    source: file,
    masks,
    ...(validation.kind === "share"
      ? splitPairs(pairs, validation)
      : { training: pairs, validation: await readPairList(locate(validation.path)) }),
  };
}

/** @param validation of the program, for a layout without validation pairs of its own; other than a share, it is of other files */
async function openLayout(
  directory: string,
  masks: MaskConfiguration,
  validation?: Extract<DataConfiguration, { kind: "folder" }>["validation"],
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

async function existingFolder(path: string): Promise<string> {
  const directory = resolve(path);
  if (!(await isFolder(directory))) throw new UserError(`the data folder ${directory} does not exist`);
  return directory;
}
