/** The raw data sets of nnU-Net. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MaskConfiguration, MaskValue } from "../../../compiler/learning/masks.ts";
import { reasonOf } from "../../files/file-error.ts";
import { UserError } from "../../user-error.ts";
import { pairFiles, pairLayers } from "../pair-files.ts";
import { shareIn, splitPairs } from "../split.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";

export const openNnunet: OpenFormat<"nnunet"> = async (configuration, request) => {
  const { masks, baseDirectory, override, layers, wantsLabels } = request;
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const file = join(directory, "dataset.json");
  const { ending, labels } = await readDataset(file);
  const channel = String(configuration.channel).padStart(4, "0");
  const volumes = /\.(nii|nii\.gz|npy|tiff?)$/i.test(ending);
  const pairsOf = async (
    set: string,
    patternOf: (from: { readonly files: string; readonly test?: string | undefined }) => string,
  ) => {
    const images = `images${set}/*_${channel}${ending}`;
    const pairs = await pairFiles(
      directory,
      images,
      wantsLabels ? `labels${set}/*${ending}` : undefined,
      volumes,
    );
    return pairLayers(pairs, directory, images, layers, patternOf, volumes);
  };
  const { validation, test } = configuration;
  return {
    source: directory,
    masks: masks.values === undefined && masks.ignore.length === 0 ? masksOf(masks, labels, file) : masks,
    ...splitPairs(await pairsOf("Tr", ({ files }) => files), shareIn(validation), shareIn(test)),
    ...(test !== undefined &&
      test.kind !== "share" && { test: await pairsOf(test.path, (from) => from.test ?? from.files) }),
  };
};

interface Dataset {
  readonly ending: string;
  readonly labels: ReadonlyMap<string, MaskValue>;
}

/** Version 2 has values by name, version 1 names by value. */
async function readDataset(file: string): Promise<Dataset> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${reasonOf(error)}`,
      "the folder of nnunet(…) has dataset.json, imagesTr and labelsTr",
    );
  }
  const { file_ending: ending = ".nii.gz", labels } = Object(content) as {
    readonly file_ending?: unknown;
    readonly labels?: unknown;
  }; // what they are is asked below
  if (typeof ending !== "string" || typeof labels !== "object" || labels === null)
    throw new UserError(`${file} has no labels, or a file_ending that is not a string`);
  const entries = Object.entries(labels).map(([key, value]): [string, MaskValue] => {
    if (typeof value === "number") return [key, value];
    if (typeof value === "string" && /^\d+$/.test(key)) return [value, Number(key)];
    throw new UserError(
      `${file}: the label ${key} is a region of several values`,
      "regions overlap, and a pixel has one class: write masks with the values of each class",
    );
  });
  return { ending, labels: new Map(entries) };
}

/** By name; classes without names take the labels in the order of their values. @throws UserError when they do not go together */
function masksOf(masks: MaskConfiguration, labels: Dataset["labels"], file: string): MaskConfiguration {
  const named = [...labels].filter(([name]) => name !== "ignore");
  const ignored = labels.get("ignore");
  const ignore = ignored === undefined ? [] : [ignored];
  const inOrder = named.sort(([, a], [, b]) => Number(a) - Number(b));
  const values = masks.classes.map((className, i) => {
    const [, value] =
      named.find(([name]) => inWords(name) === inWords(className)) ??
      (/^class \d+$/.test(className) && inOrder.length === masks.classes.length ? (inOrder[i] ?? []) : []);
    return { className, value };
  });
  const known = values.flatMap(({ className, value }) => (value === undefined ? [] : [{ className, value }]));
  if (known.length === masks.classes.length) return { ...masks, values: known, ignore };
  const strangers = values.filter(({ value }) => value === undefined).map(({ className }) => className);
  throw new UserError(
    `${file} has no label ${strangers.join(", ")}`,
    `its labels are ${inOrder.map(([name]) => inWords(name)).join(", ")}: name the classes of the network so, or write masks`,
  );
}

/** As the language writes a name. */
function inWords(name: string): string {
  return name.toLowerCase().replaceAll(/\W+/g, "_");
}
