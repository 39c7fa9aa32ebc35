/** Options of `fcn predict` that say which files are written, and in which formats. */

import { extname } from "node:path";
import { type Command, Option } from "commander";
import { type SampleFormat, sampleFormats } from "../../../../runtime/images/rows/sample-form.ts";
import type { WantedFiles } from "../../../../runtime/prediction/output/output-files.ts";
import { UserError } from "../../../../runtime/user-error.ts";
import { counted } from "../../console/numbers.ts";
import { UsageError } from "../../console/usage-error.ts";

export interface AskedOutputs {
  readonly format?: readonly SampleFormat[] | undefined;
  readonly overlay?: boolean | undefined;
  readonly probabilities?: boolean | undefined;
  readonly uncertainty?: boolean | undefined;
  readonly geojson?: boolean | undefined;
  readonly coco?: boolean | undefined;
  readonly polygonClasses?: readonly string[] | undefined;
  readonly legend?: boolean | undefined;
  readonly gallery?: boolean | undefined;
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--format <names>",
        "file formats of labels, probabilities and values: png, tiff, npy, or several: png,npy (default: png; for a file of several images tiff or npy, with all of them in one file)",
      ).argParser(readFormats),
    )
    .option("--no-overlay", "leave out NAME.overlay.png")
    .option(
      "--probabilities",
      "also write NAME.probability-CLASS.png (16-bit grey, 65535 is probability 1); TIFF and NPY: NAME.probabilities, float32, all classes",
    )
    .option(
      "--uncertainty",
      "also write NAME.entropy.png and NAME.mutual-information.png of averaged predictions (16-bit grey, 65535 is ln(classes); TIFF and NPY: float32, nats)",
    )
    .option(
      "--geojson",
      "also write NAME.geojson: a polygon with holes for each connected region of a class, in pixels",
    )
    .option(
      "--coco",
      "also write annotations.json: the connected regions of all images as a COCO data set, in pixels",
    )
    .addOption(
      new Option(
        "--polygon-classes <names>",
        "classes whose regions are written by --geojson and --coco (default: all but background)",
      ).argParser((text) => text.split(",").map((name) => name.trim())),
    )
    .option("--legend", "also write legend.svg: the colour of each class")
    .option("--gallery", "also write index.html: thumbnails of all images with their labels, in one file");
}

/** @param classes names, of which the weights know the order */
export function wantedFiles(asked: AskedOutputs, classes: readonly string[]): WantedFiles {
  const {
    format = ["png"],
    overlay = true,
    probabilities = false,
    uncertainty = false,
    geojson = false,
  } = asked;
  return {
    formats: format,
    ...(asked.format === undefined && { stackFormats: (file) => [stackFormat(file)] }),
    overlay,
    probabilities: probabilities ? classes : [],
    uncertainty,
    geoJson: geojson,
  };
}

/** As the images are: pages of TIFF, or arrays. Labels of volumes are pages, too. */
function stackFormat(file: string): SampleFormat {
  return extname(file).toLowerCase() === ".npy" ? "npy" : "tiff";
}

/** Class indices. @throws UserError for a name that is no class */
export function polygonClasses(
  { polygonClasses: names }: AskedOutputs,
  classes: readonly string[],
): readonly number[] {
  if (names === undefined) {
    const all = [...classes.keys()];
    return all.filter((label) => classes[label]?.toLowerCase() !== "background");
  }
  return names.map((name) => {
    const label = classes.indexOf(name);
    if (label >= 0) return label;
    throw new UserError(
      `--polygon-classes: there is no class "${name}"`,
      `choose from ${classes.join(", ")}`,
    );
  });
}

/** @throws UsageError where something is asked for that standard output cannot take beside the labels. */
export function checkStandardOutput(asked: AskedOutputs, images: number, outputs: number): void {
  const { format = ["png"], ...flags } = asked;
  const other = (["probabilities", "uncertainty", "geojson", "coco", "legend", "gallery"] as const).find(
    (name) => flags[name] === true,
  );
  const many = images !== 1 || outputs !== 1 || format.length !== 1;
  if (!many && other === undefined) return;
  const what = many
    ? inWords([images, "image"], [outputs, "output"], [format.length, "format"])
    : `--${other}`;
  throw new UsageError(
    `--out - writes one file, the labels of one image, to standard output, and not ${what}`,
    "give a folder: --out DIR",
  );
}

function readFormats(text: string): readonly SampleFormat[] {
  const names = text.split(",").map((word) => {
    const found = sampleFormats.find((name) => name === word.trim().toLowerCase());
    if (found !== undefined) return found;
    throw new UsageError(
      `--format ${text}: there is no format "${word.trim()}"`,
      `choose from ${sampleFormats.join(", ")}`,
    );
  });
  return [...new Set(names)];
}

/** "2 images, 3 formats": those of which there are several. */
function inWords(...counts: readonly (readonly [count: number, what: string])[]): string {
  return counts.flatMap(([count, what]) => (count === 1 ? [] : [counted(count, what)])).join(", ");
}
