/** A data set of synthetic scenes on disk: pictures with exact labels, depth, normals, boundaries and instances, with spots, and later. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { classPalette } from "../../../compiler/colour/class-palette.ts";
import { writeAtomically } from "../../files/atomic-write.ts";
import { checkOutputFolder, makeOutputFolder } from "../../files/output-place.ts";
import { writeBitPng, writeLabelPng, writePng } from "../../images/write-png.ts";
import { Random } from "../../random.ts";
import { UserError } from "../../user-error.ts";
import { blemished } from "./blemishes.ts";
import { changesBetween, depthUnit, type RenderedScene, renderScene, sensorNoise } from "./render.ts";
import { drawScene, favouriteTexture, favourShare, type Hues, laterScene, type Scene } from "./scene.ts";
import { type SolidKind, solidKinds } from "./solid.ts";

export interface SceneOptions {
  /** Scenes in all. */
  readonly count: number;
  /** [height, width] in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly seed: number;
  /** The share set aside to validate, 0 … 1. Default 0.2. */
  readonly validate?: number;
  /** Kinds of solids, in class order after the background. Default disc, box, triangle. */
  readonly classes?: readonly SolidKind[];
  /** Default random. */
  readonly hues?: Hues;
  /** Also each scene later, and what is another then. Default false. */
  readonly changes?: boolean;
  readonly onProgress?: (done: number, count: number) => void;
}

/** Raised whenever the same seed gives other bytes. */
const version = 4;
const defaultClasses: readonly SolidKind[] = ["disc", "box", "triangle"];

/**
 * Writes images/, blemished/, labels/, depth/, normals/, boundaries/ and instances/, with `changes` also later/ and changes/, each
 * with train/ and val/, kinds/train.csv and kinds/val.csv, and scenes.json, which says what the values mean. The same options give the same bytes; scene i of a split does not depend on how many follow.
 * @returns the class names, background first
 * @throws UserError for options out of range, and when the folder already holds something else
 */
export async function writeSyntheticScenes(
  directory: string,
  options: SceneOptions,
): Promise<readonly string[]> {
  const {
    count,
    size,
    seed,
    validate = 0.2,
    classes = defaultClasses,
    hues = "random",
    changes = false,
    onProgress,
  } = options;
  checkOptions(count, size, validate, classes);
  const validation = validate === 0 ? 0 : Math.min(count - 1, Math.max(1, Math.round(validate * count)));
  const names = ["background", ...classes];
  const facts = {
    kind: "synthetic scenes",
    version,
    seed,
    size,
    train: count - validation,
    val: validation,
    classes: names,
    images: `RGB of 8 bits, sRGB; sensor noise of standard deviation ${sensorNoise} of full scale`,
    cues: `beside shape and shading: ${100 * favourShare}% of the things of a class have its favourite texture (${favourites(classes)}), the others any; classes are lighter the earlier they come, with overlap. ${hues === "random" ? "Hues are random." : "Each class has a hue of its own."}`,
    blemished: "the same pictures with spots, as before retouching",
    labels: "8-bit palette PNG; the index is the class seen at the pixel's centre",
    depth: `16-bit grey PNG; along the viewing direction (orthographic), in units of the image's shorter side / ${depthUnit}`,
    normals: "RGB PNG of 8 bits; 127.5 (n + 1), rounded; x to the right, y up, z towards the viewer",
    boundaries: "1-bit grey PNG; 1 where a pixel to the left, right, above or below shows another thing",
    instances: "8-bit palette PNG; the index numbers the things of a scene from 1; 0 is the ground",
    kinds: "CSV files of the classes of whole images: of the thing's that shows most pixels",
    ...(changes && {
      later:
        "the same places later: about half of the things are gone, one or two have come, the light is another",
      changes:
        "8-bit palette PNG; 1 where the later picture shows another thing, or the ground in place of one",
    }),
  };
  const description = `${JSON.stringify(facts, null, 2)}\n`;
  await checkOutputFolder(directory);
  await refuseOtherContent(directory, description);
  const splits = [
    { name: "train", scenes: count - validation },
    { name: "val", scenes: validation },
  ];
  const always = ["images", "blemished", "labels", "depth", "normals", "boundaries", "instances"];
  const folders = changes ? [...always, "later", "changes"] : always;
  let done = 0;
  // first, so that a folder left unfinished is known as ours and can be written again
  makeOutputFolder(directory);
  await writeAtomically(join(directory, "scenes.json"), [new TextEncoder().encode(description)]);
  for (const split of splits.filter(({ scenes }) => scenes > 0)) {
    for (const folder of folders) makeOutputFolder(join(directory, folder, split.name));
    const kinds = ["image,class"];
    for (let i = 0; i < split.scenes; i++) {
      const random = new Random(seed, `${split.name} scene ${i}`);
      const scene = drawScene(size, classes, random, hues);
      const rendered = renderScene(scene, random);
      const file = `${String(i).padStart(5, "0")}.png`;
      const spots = new Random(seed, `${split.name} spots ${i}`);
      const before = blemished(rendered.image, size, spots);
      const place = (folder: string) => join(directory, folder, split.name, file);
      await writeScene(place, rendered, before, names.length);
      kinds.push(`${file},${names[largestClass(rendered.labels, names.length)]}`);
      if (changes) {
        const time = new Random(seed, `${split.name} later ${i}`);
        const later = laterScene(scene, classes, time, hues);
        await writeChange(place, [scene, rendered], [later, renderScene(later, time)]);
      }
      onProgress?.(++done, count);
    }
    makeOutputFolder(join(directory, "kinds"));
    const list = join(directory, "kinds", `${split.name}.csv`);
    await writeAtomically(list, [new TextEncoder().encode(`${kinds.join("\n")}\n`)]);
  }
  return names;
}

/** Of most pixels, but for the background; of equal ones the first. */
function largestClass(labels: Uint8Array, classes: number): number {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  let largest = 1;
  for (let label = 2; label < classes; label++)
    if ((counts[label] ?? 0) > (counts[largest] ?? 0)) largest = label;
  return largest;
}

function favourites(classes: readonly SolidKind[]): string {
  return classes.map((kind) => `${kind}: ${favouriteTexture[kind]}`).join(", ");
}

async function writeScene(
  place: (folder: string) => string,
  scene: RenderedScene,
  before: Uint8Array,
  classes: number,
): Promise<void> {
  const { height, width, image, labels, depth, normals, boundaries, instances } = scene;
  const things = instances.reduce((most, number) => Math.max(most, number), 0);
  await Promise.all([
    writePng(place("images"), { width, height, channels: 3, fullScale: 255, data: image }),
    writePng(place("blemished"), { width, height, channels: 3, fullScale: 255, data: before }),
    writeLabelPng(place("labels"), { width, height, values: labels }, classPalette(classes)),
    writePng(place("depth"), { width, height, channels: 1, fullScale: 65535, data: depth }),
    writePng(place("normals"), { width, height, channels: 3, fullScale: 255, data: normals }),
    writeBitPng(place("boundaries"), { width, height, values: boundaries }),
    writeLabelPng(place("instances"), { width, height, values: instances }, classPalette(1 + things)),
  ]);
}

async function writeChange(
  place: (folder: string) => string,
  before: readonly [Scene, RenderedScene],
  after: readonly [Scene, RenderedScene],
): Promise<void> {
  const { height, width, image } = after[1];
  const changes = changesBetween(before, after);
  await Promise.all([
    writePng(place("later"), { width, height, channels: 3, fullScale: 255, data: image }),
    writeLabelPng(place("changes"), { width, height, values: changes }, classPalette(2)),
  ]);
}

function checkOptions(
  count: number,
  size: readonly [number, number],
  validate: number,
  classes: readonly SolidKind[],
): void {
  if (!Number.isInteger(count) || count < 1)
    throw new UserError(`${count} scenes: the number must be whole and at least 1`);
  if (!size.every((pixels) => Number.isInteger(pixels) && pixels >= 16 && pixels <= 4096)) {
    throw new UserError(
      `scenes of ${size.join("×")} pixels: height and width must be whole numbers from 16 to 4096`,
    );
  }
  if (!(validate >= 0 && validate < 1)) {
    throw new UserError(`a validation share of ${validate}: it must be at least 0 and less than 1`);
  }
  const unknown = classes.filter((kind) => !solidKinds.includes(kind));
  if (unknown.length > 0 || classes.length === 0 || new Set(classes).size < classes.length) {
    throw new UserError(
      `classes ${classes.join(", ") || "(none)"}: give at least one of ${solidKinds.join(", ")}, each once`,
    );
  }
}

/** A folder with the same scenes is written again; anything else in it is the user's. */
async function refuseOtherContent(directory: string, description: string): Promise<void> {
  const content = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`${directory} cannot be used: ${error.message}`);
  });
  if (content.length === 0) return;
  const present = content.includes("scenes.json")
    ? await readFile(join(directory, "scenes.json"), "utf8")
    : undefined;
  if (present === description) return;
  throw new UserError(
    present === undefined
      ? `${directory} is not empty and does not hold synthetic scenes`
      : `${directory} holds other synthetic scenes (another seed, size, number or version)`,
    "give another folder, or remove this one first",
  );
}
