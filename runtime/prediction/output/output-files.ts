/** The files that a prediction writes for each image, planned before the first is written. */

import { basename, join, resolve } from "node:path";
import { fileNamesOf } from "../../../compiler/family.ts";
import { learnsImages, learnsMasks, usualTarget } from "../../../compiler/learning/targets/registry.ts";
import type { Page, SampleFile, SampleFormat } from "../../images/rows/sample-form.ts";
import { extensionOf } from "../../images/rows/sample-writer.ts";
import { imagePlace, imageStem } from "../../images/stacks/image-place.ts";
import type { LearnedTarget } from "../../targets/learned-target.ts";
import { findsObjects } from "../../targets/registry.ts";
import { UserError } from "../../user-error.ts";
import type { ImageFile } from "../image-files.ts";

/** What is written of each image. */
export interface WantedFiles {
  /** Of labels, probabilities, uncertainty and values; at least one. */
  readonly formats: readonly SampleFormat[];
  /** Of images of a file of several, whose TIFF and NPY files hold as many; left out: as of other images. */
  readonly stackFormats?: (file: string) => readonly SampleFormat[];
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
  readonly overlay: SampleFile | undefined;
  /** PNG files in class order, one each; a file of another format has all classes. */
  readonly probabilities: readonly (Omit<SampleFile, "path"> & { readonly paths: readonly string[] })[];
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

/** Whether the main file holds further images. */
export function sharesFile(files: OutputFiles | undefined): boolean {
  if (files === undefined || files.kind === "table") return false;
  const [first] = files.kind === "classes" ? files.labels : files.pictures;
  return first?.page !== undefined;
}

export interface ImagePlan {
  readonly image: string;
  /** That of the image without its extension, below the folder that a pattern found it in; with it where another image differs in nothing else. */
  readonly name: string;
  /** One for each output of the network. */
  readonly outputs: readonly OutputFiles[];
  /** Of an image of a file of several. */
  readonly page?: Page | undefined;
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
    const own = {
      ...wanted,
      formats: (file.page && wanted.stackFormats?.(file.page.file)) ?? wanted.formats,
    };
    const places = {
      name: join(folder, name),
      stack: file.page && {
        ...file.page,
        name: join(folder, file.below, imageStem(basename(file.page.file))),
      },
    };
    const files = outputs.map((output, place): OutputFiles => {
      const ending = `.${called[place]}`;
      if (learnsImages(targets[output] ?? usualTarget))
        return { kind: "table", path: `${places.name}${ending}.csv` };
      if (!learnsMasks(targets[output] ?? usualTarget))
        return pictureFiles(places, ending, { wanted: own, targets, output });
      return classFiles(places, outputs.length > 1 ? ending : "", own);
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
      if (other !== undefined && !(file.page && imagePlace(other).file === file.page.file)) {
        throw new UserError(
          `the predictions for ${other} and ${image} would both be written to ${written}`,
          "run predict for each with another --out, or give both folders by one pattern in quotes",
        );
      }
      taken.set(key, image);
    }
    return { image, name, outputs: files, page: file.page };
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
    ...(overlay === undefined ? [] : [overlay.path]),
    ...probabilities.flatMap(({ paths }) => paths),
    ...[...uncertainty.entropy, ...uncertainty.information].map(({ path }) => path),
    ...(geoJson === undefined ? [] : [geoJson]),
  ];
}

/** Where the files of an image begin: those of its own, and those that it shares with the other images of its file. */
interface Places {
  readonly name: string;
  readonly stack: (Page & { readonly name: string }) | undefined;
}

function pictureFiles(
  places: Places,
  ending: string,
  {
    wanted: { formats, geoJson },
    targets,
    output,
  }: {
    readonly wanted: WantedFiles;
    readonly targets: Readonly<Record<string, LearnedTarget>>;
    readonly output: string;
  },
): PictureFiles {
  const found = (name: string) => findsObjects(targets[name] ?? usualTarget);
  const start = `${places.name}${ending}`;
  const pictures = inFormats(places, ending, formats);
  if (found(output) === "points")
    return {
      kind: "picture",
      pictures,
      points: `${start}.csv`,
      ...(geoJson && { geoJson: `${start}.geojson` }),
    };
  const grouped = found(output) === "owners" && Object.keys(targets).some((name) => found(name) === "points");
  return {
    kind: "picture",
    pictures,
    ...(grouped && { objects: inFormats(places, `${ending}.objects`, formats) }),
  };
}

function classFiles(places: Places, output: string, wanted: WantedFiles): ClassFiles {
  const { formats, overlay, probabilities, uncertainty, geoJson } = wanted;
  const start = `${places.name}${output}`;
  const names = fileNames(probabilities);
  const uncertain = uncertainty ? formats : [];
  const labels = inFormats(places, `${output}.labels`, formats);
  return {
    kind: "classes",
    labels,
    overlay: overlay ? overlayFile(places, `${output}.overlay`, labels) : undefined,
    probabilities: (names.length === 0 ? [] : formats).map((format) => {
      if (format === "png") return { format, paths: names.map((name) => `${start}.probability-${name}.png`) };
      const { path, page } = inFormat(places, `${output}.probabilities`, format);
      return { format, paths: [path], page };
    }),
    uncertainty: {
      entropy: inFormats(places, `${output}.entropy`, uncertain),
      information: inFormats(places, `${output}.mutual-information`, uncertain),
    },
    geoJson: geoJson ? `${start}.geojson` : undefined,
  };
}

/** A PNG file; of an image whose labels are in a file of several, a page of a TIFF file. */
function overlayFile(places: Places, ending: string, [labels]: readonly SampleFile[]): SampleFile {
  return inFormat(places, ending, labels?.page === undefined ? "png" : "tiff");
}

function inFormats(places: Places, ending: string, formats: readonly SampleFormat[]): readonly SampleFile[] {
  return formats.map((format) => inFormat(places, ending, format));
}

/** TIFF and NPY files hold all images of a file of several; PNG files are of one each. */
function inFormat({ name, stack }: Places, ending: string, format: SampleFormat): SampleFile {
  const last = `${ending}.${extensionOf(format)}`;
  if (stack === undefined || format === "png") return { path: `${name}${last}`, format };
  return { path: `${stack.name}${last}`, format, page: { index: stack.index, of: stack.of } };
}

/** Of classes; two that are one without what a file's name should not have are numbered. */
function fileNames(classes: readonly string[]): readonly string[] {
  const plain = classes.map((name) => name.replace(/[^\p{L}\p{N}_-]+/gu, "_"));
  return plain.map((name, i) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name}.${i}`));
}
