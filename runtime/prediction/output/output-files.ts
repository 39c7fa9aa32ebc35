/** The files that a prediction writes for each image, planned before the first is written. */

import { basename, join, resolve } from "node:path";
import { fileNamesOf } from "../../../compiler/family.ts";
import { learnsImages, learnsMasks, usualTarget } from "../../../compiler/learning/targets/registry.ts";
import type { SampleFile, SampleFormat } from "../../images/rows/sample-form.ts";
import { extensionOf } from "../../images/rows/sample-writer.ts";
import { imageStem } from "../../images/stacks/image-place.ts";
import type { LearnedTarget } from "../../targets/learned-target.ts";
import { findsObjects } from "../../targets/registry.ts";
import { UserError } from "../../user-error.ts";
import type { ImageFile } from "../image-files.ts";

/** What is written of each image. */
export interface WantedFiles {
  /** Of labels, probabilities, uncertainty and values; at least one. */
  readonly formats: readonly SampleFormat[];
  readonly overlay: boolean;
  /** Names of the classes whose probabilities are written; none: they are not. */
  readonly probabilities: readonly string[];
  readonly uncertainty: boolean;
  readonly geoJson: boolean;
}

export const usualFiles: WantedFiles = {
  formats: ["png"],
  overlay: true,
  probabilities: [],
  uncertainty: false,
  geoJson: false,
};

export interface ClassFiles {
  readonly kind: "classes";
  /** At least one. */
  readonly labels: readonly SampleFile[];
  readonly overlay: string | undefined;
  /** PNG files in class order, one each; a file of another format has all classes. */
  readonly probabilities: readonly { readonly format: SampleFormat; readonly paths: readonly string[] }[];
  /** Predictive entropy and mutual information. */
  readonly uncertainty: {
    readonly entropy: readonly SampleFile[];
    readonly information: readonly SampleFile[];
  };
  readonly geoJson: string | undefined;
}

/** Of an output that learned something else. */
export interface PictureFiles {
  readonly kind: "picture";
  /** At least one. */
  readonly pictures: readonly SampleFile[];
  /** Of centres: the points, as CSV and as GeoJSON. */
  readonly points?: string;
  readonly geoJson?: string;
  /** Of offsets, beside centres: the number of the object of each pixel. */
  readonly objects?: readonly SampleFile[];
}

/** Of an output that learned a class of the whole image. */
export interface TableFile {
  readonly kind: "table";
  readonly path: string;
}

export type OutputFiles = ClassFiles | PictureFiles | TableFile;

/** The file that is named when the image is done. */
export function mainFile(files: OutputFiles): string {
  if (files.kind === "table") return files.path;
  const [first] = files.kind === "classes" ? files.labels : files.pictures;
  if (first === undefined) throw new Error("every output has a file");
  return first.path;
}

export interface ImagePlan {
  readonly image: string;
  /** That of the image without its extension, below the folder that a pattern found it in; with it where another image differs in nothing else. */
  readonly name: string;
  /** One for each output of the network. */
  readonly outputs: readonly OutputFiles[];
}

/**
 * NAME.labels.png, NAME.overlay.png, NAME.probability-CLASS.png and so on; with several outputs, NAME.OUTPUT.labels.png, where
 * OUTPUT is `side_1` for the output `side[1]`. Of an
 * output that learned something else, NAME.OUTPUT.png; of centres also NAME.OUTPUT.csv, of offsets beside them NAME.OUTPUT.objects.png.
 * @param outputs of the network; `targets`: what those learned that did not learn labels
 * @throws UserError when two images would write the same file, or one that is an input
 */
export function planOutputs(
  images: readonly ImageFile[],
  folder: string,
  outputs: readonly string[],
  wanted: WantedFiles = usualFiles,
  targets: Readonly<Record<string, LearnedTarget>> = {},
): readonly ImagePlan[] {
  const inputs = new Set(images.map(({ path }) => fileKey(path)));
  const taken = new Map<string, string>();
  const called = fileNamesOf(outputs);
  const counts = new Map<string, number>();
  for (const image of images) counts.set(stemOf(image), (counts.get(stemOf(image)) ?? 0) + 1);
  return images.map((file) => {
    const image = file.path;
    const alone = counts.get(stemOf(file)) === 1;
    const name = alone ? stemOf(file) : join(file.below, basename(image));
    const files = outputs.map((output, place): OutputFiles => {
      const start = join(folder, `${name}.${called[place]}`);
      if (learnsImages(targets[output] ?? usualTarget)) return { kind: "table", path: `${start}.csv` };
      if (!learnsMasks(targets[output] ?? usualTarget)) return pictureFiles(start, wanted, targets, output);
      return classFiles(outputs.length > 1 ? start : join(folder, name), wanted);
    });
    for (const written of files.flatMap(allFiles)) {
      const key = fileKey(written);
      if (inputs.has(key)) {
        throw new UserError(
          `the prediction for ${image} would be written to ${written}, which is itself an input`,
          "choose another --out",
        );
      }
      const other = taken.get(key);
      if (other !== undefined) {
        throw new UserError(
          `the predictions for ${other} and ${image} would both be written to ${written}`,
          "run predict for each with another --out, or give both folders by one pattern in quotes",
        );
      }
      taken.set(key, image);
    }
    return { image, name, outputs: files };
  });
}

function stemOf({ path, below, name = path }: ImageFile): string {
  return join(below, imageStem(basename(name)));
}

/** The same for two paths that are one file; macOS and Windows take names that differ in capitals alone for one. */
function fileKey(path: string): string {
  const key = resolve(path).normalize();
  return process.platform === "darwin" || process.platform === "win32" ? key.toLowerCase() : key;
}

/** Every file of one output of an image, the main one first. */
export function allFiles(files: OutputFiles): readonly string[] {
  if (files.kind === "table") return [files.path];
  if (files.kind === "picture") {
    const { pictures, points, geoJson, objects = [] } = files;
    return [
      ...[...pictures, ...objects].map(({ path }) => path),
      ...[points, geoJson].flatMap((path) => path ?? []),
    ];
  }
  const { labels, overlay, probabilities, uncertainty, geoJson } = files;
  return [
    ...labels.map(({ path }) => path),
    ...(overlay === undefined ? [] : [overlay]),
    ...probabilities.flatMap(({ paths }) => paths),
    ...[...uncertainty.entropy, ...uncertainty.information].map(({ path }) => path),
    ...(geoJson === undefined ? [] : [geoJson]),
  ];
}

function pictureFiles(
  start: string,
  { formats, geoJson }: WantedFiles,
  targets: Readonly<Record<string, LearnedTarget>>,
  output: string,
): PictureFiles {
  const found = (name: string) => findsObjects(targets[name] ?? usualTarget);
  const pictures = inFormats(start, formats);
  if (found(output) === "points")
    return {
      kind: "picture",
      pictures,
      points: `${start}.csv`,
      ...(geoJson && { geoJson: `${start}.geojson` }),
    };
  const grouped = found(output) === "owners" && Object.keys(targets).some((name) => found(name) === "points");
  return { kind: "picture", pictures, ...(grouped && { objects: inFormats(`${start}.objects`, formats) }) };
}

function classFiles(start: string, wanted: WantedFiles): ClassFiles {
  const { formats, overlay, probabilities, uncertainty, geoJson } = wanted;
  const names = fileNames(probabilities);
  const uncertain = uncertainty ? formats : [];
  return {
    kind: "classes",
    labels: inFormats(`${start}.labels`, formats),
    overlay: overlay ? `${start}.overlay.png` : undefined,
    probabilities: (names.length === 0 ? [] : formats).map((format) => ({
      format,
      paths:
        format === "png"
          ? names.map((name) => `${start}.probability-${name}.png`)
          : [`${start}.probabilities.${extensionOf(format)}`],
    })),
    uncertainty: {
      entropy: inFormats(`${start}.entropy`, uncertain),
      information: inFormats(`${start}.mutual-information`, uncertain),
    },
    geoJson: geoJson ? `${start}.geojson` : undefined,
  };
}

function inFormats(start: string, formats: readonly SampleFormat[]): readonly SampleFile[] {
  return formats.map((format) => ({ path: `${start}.${extensionOf(format)}`, format }));
}

/** Of classes; two that are one without what a file's name should not have are numbered. */
function fileNames(classes: readonly string[]): readonly string[] {
  const plain = classes.map((name) => name.replace(/[^\p{L}\p{N}_-]+/gu, "_"));
  return plain.map((name, i) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name}.${i}`));
}
