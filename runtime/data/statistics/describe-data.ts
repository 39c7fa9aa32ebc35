/** Statistics of a data set: its classes, sizes and intensities in each part, of every input, and images that occur in more than one place. */
import type { Normalisation } from "../../arrays.ts";
import { UserError } from "../../user-error.ts";
import type { DataSet, ImageSizes } from "../data-set.ts";
import { type DecodePool, sharedPool } from "../decode-pool.ts";
import type { Fingerprint } from "../fingerprint.ts";
import type { LayerInspection } from "../inspect-pair.ts";
import { fileOfLayer, type LayerPlan } from "../layers/layer.ts";
import { measureNormalisation } from "../measure-normalisation.ts";
import type { Pair } from "../pair.ts";
import { alike, samePixels } from "./same-images.ts";

export type Part = "training" | "validation" | "test";
const parts: readonly Part[] = ["training", "validation", "test"];

export interface PartStatistics {
  /** Images of the data, each with the files that belong to it. */
  readonly images: number;
  /** Of the images, as [height, width, how many], the most frequent first. */
  readonly sizes: readonly ImageSizes[];
  /** Pixels of each class, and those ignored. */
  readonly classPixels: readonly number[];
  readonly ignoredPixels: number;
  /** Images in which each class occurs. */
  readonly classImages: readonly number[];
}

/** An input of the network, and what it is read from. */
export interface DescribedInput {
  readonly name: string;
  readonly layer: LayerPlan;
}

export interface InputStatistics {
  readonly name: string;
  /** Of its files, by part, as [height, width, how many], the most frequent first. */
  readonly sizes: Readonly<Record<Part, readonly ImageSizes[]>>;
  /** Of the training files, by channel, of full scale. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface PlacedImage {
  readonly part: Part;
  /** The first input that reads the file. */
  readonly input: string;
  readonly file: string;
}

export interface DataStatistics {
  readonly parts: Readonly<Record<Part, PartStatistics>>;
  /** In the order of the program. */
  readonly inputs: readonly InputStatistics[];
  /** Files of several images of the data with the same pixels, whichever inputs read them. */
  readonly duplicates: readonly (readonly PlacedImage[])[];
  /** Files of different parts that look alike, other than duplicates. */
  readonly alike: readonly (readonly [PlacedImage, PlacedImage])[];
  /** Files that cannot be read: they are not in the numbers above. */
  readonly unreadable: readonly string[];
}

interface Seen extends PlacedImage {
  readonly pair: Pair;
  readonly fingerprint: Fingerprint;
}

/** What was found of one image of the data. */
interface Read {
  readonly imageSize: readonly [number, number] | undefined;
  readonly classPixels: readonly number[];
  readonly ignoredPixels: number;
  /** By file, of inputs that have files of their own. */
  readonly layers: readonly LayerInspection[];
  readonly seen: readonly Seen[];
}

/** Decodes every file, in worker threads. @param inputs at least one */
export async function describeData(
  data: DataSet,
  inputs: readonly DescribedInput[],
  options: { readonly channels: number; readonly pool?: DecodePool },
): Promise<DataStatistics> {
  const { channels, pool = sharedPool() } = options;
  const unreadable = new Set<string>();
  const layers = [...new Map(inputs.map(({ layer }) => [layer.key, layer])).values()];
  const fingerprinted = async (part: Part, pair: Pair): Promise<readonly Seen[]> => {
    const seen: Seen[] = [];
    for (const [file, input] of filesOf(pair, inputs)) {
      if (unreadable.has(file)) continue;
      try {
        seen.push({ part, input, file, pair, fingerprint: await pool.fingerprint(file) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unreadable.add(file);
      }
    }
    return seen;
  };
  const readPart = (part: Part, pairs: readonly Pair[]): Promise<readonly Read[]> =>
    Promise.all(
      pairs.map(async (pair): Promise<Read> => {
        const found = await pool.inspect(pair, channels, data.masks, layers);
        for (const { file } of found.unreadable) unreadable.add(file);
        return { ...found, seen: await fingerprinted(part, pair) };
      }),
    );
  const pairsOf = { training: data.training, validation: data.validation, test: data.test ?? [] };
  const read = {
    training: await readPart("training", pairsOf.training),
    validation: await readPart("validation", pairsOf.validation),
    test: await readPart("test", pairsOf.test),
  };
  const ofPart = <T>(found: (part: Part) => T): Record<Part, T> => ({
    training: found("training"),
    validation: found("validation"),
    test: found("test"),
  });
  const measured = new Map<string, Normalisation>();
  for (const layer of layers) {
    const training = data.training.filter((pair) => !unreadable.has(fileOfLayer(pair, layer)));
    measured.set(layer.key, await measureNormalisation({ ...data, training }, layer));
  }
  const seen = parts.flatMap((part) => read[part].flatMap((one) => one.seen));
  return {
    parts: ofPart((part) => partStatistics(pairsOf[part].length, read[part], data.masks.classes.length)),
    inputs: inputs.map(({ name, layer }) => ({
      name,
      sizes: ofPart((part) =>
        sizesOf(pairsOf[part].flatMap((pair, i) => sizeOf(pair, layer, read[part][i]))),
      ),
      mean: measured.get(layer.key)?.mean ?? [],
      deviation: measured.get(layer.key)?.deviation ?? [],
    })),
    ...repetitions(seen),
    unreadable: [...unreadable].sort(),
  };
}

/** Each file of an image once, with the first input that reads it. */
function filesOf(pair: Pair, inputs: readonly DescribedInput[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name, layer } of inputs) {
    const file = fileOfLayer(pair, layer);
    if (!files.has(file)) files.set(file, name);
  }
  return files;
}

/** Of the file of an input, where it can be read. */
function sizeOf(
  pair: Pair,
  layer: LayerPlan,
  read: Read | undefined,
): readonly (readonly [number, number])[] {
  const file = fileOfLayer(pair, layer);
  const size =
    file === pair.image ? read?.imageSize : read?.layers.find((found) => found.file === file)?.size;
  return size === undefined ? [] : [size];
}

function partStatistics(images: number, read: readonly Read[], classes: number): PartStatistics {
  const found = read.filter(({ imageSize }) => imageSize !== undefined);
  const pixels = (c: number) => found.map(({ classPixels }) => classPixels[c] ?? 0);
  const every = Array.from({ length: classes }, (_, c) => c);
  return {
    images,
    sizes: sizesOf(found.flatMap(({ imageSize }) => (imageSize === undefined ? [] : [imageSize]))),
    classPixels: every.map((c) => sum(pixels(c))),
    ignoredPixels: sum(found.map(({ ignoredPixels }) => ignoredPixels)),
    classImages: every.map((c) => pixels(c).filter((count) => count > 0).length),
  };
}

/** Files of one image, as before and after where nothing changed, repeat nothing. */
function repetitions(seen: readonly Seen[]): Pick<DataStatistics, "duplicates" | "alike"> {
  const placed = ({ part, input, file }: Seen): PlacedImage => ({ part, input, file });
  const print = ({ fingerprint }: Seen) => fingerprint;
  return {
    duplicates: samePixels(seen, print)
      .filter((group) => new Set(group.map(({ pair }) => pair)).size > 1)
      .map((group) => group.map(placed)),
    alike: alike(seen, print)
      .filter(([a, b]) => a.part !== b.part)
      .map(([a, b]): [PlacedImage, PlacedImage] =>
        parts.indexOf(a.part) <= parts.indexOf(b.part) ? [placed(a), placed(b)] : [placed(b), placed(a)],
      ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sizesOf(sizes: readonly (readonly [number, number])[]): readonly ImageSizes[] {
  const counts = new Map<string, [number, number, number]>();
  for (const [height, width] of sizes) {
    const entry = counts.get(`${height} ${width}`) ?? [height, width, 0];
    counts.set(`${height} ${width}`, [height, width, entry[2] + 1]);
  }
  return [...counts.values()].sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
}
