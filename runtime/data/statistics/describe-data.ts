/** Statistics of a data set: its classes, sizes and intensities in each part, and images that occur in more than one place. */
import type { DataSet, ImageSizes } from "../data-set.ts";
import { type DecodePool, sharedPool } from "../decode-pool.ts";
import type { Fingerprint } from "../fingerprint.ts";
import type { LayerPlan } from "../layers/layer.ts";
import { measureNormalisation } from "../measure-normalisation.ts";
import type { Pair } from "../pair.ts";
import { alike, samePixels } from "./same-images.ts";

export type Part = "training" | "validation" | "test";
const parts: readonly Part[] = ["training", "validation", "test"];

export interface PartStatistics {
  readonly images: number;
  /** As [height, width, how many], the most frequent first. */
  readonly sizes: readonly ImageSizes[];
  /** Pixels of each class, and those ignored. */
  readonly classPixels: readonly number[];
  readonly ignoredPixels: number;
  /** Images in which each class occurs. */
  readonly classImages: readonly number[];
}

export interface PlacedImage {
  readonly part: Part;
  readonly file: string;
}

export interface DataStatistics {
  readonly parts: Readonly<Record<Part, PartStatistics>>;
  /** Of the training images, by channel, of full scale. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Images with the same pixels. */
  readonly duplicates: readonly (readonly PlacedImage[])[];
  /** Images of different parts that look alike, other than duplicates. */
  readonly alike: readonly (readonly [PlacedImage, PlacedImage])[];
  /** Files that cannot be read: they are not in the numbers above. */
  readonly unreadable: readonly string[];
}

interface Seen extends PlacedImage {
  readonly fingerprint: Fingerprint;
}

/**
 * Decodes every file, in worker threads.
 * @param image the layer of the first input
 */
export async function describeData(
  data: DataSet,
  image: LayerPlan,
  options: { readonly channels: number; readonly pool?: DecodePool },
): Promise<DataStatistics> {
  const { channels, pool = sharedPool() } = options;
  const seen: Seen[] = [];
  const unreadable: string[] = [];
  const of = async (part: Part, pairs: readonly Pair[]): Promise<PartStatistics> => {
    const read = await Promise.all(
      pairs.map(async (pair) => {
        const inspection = await pool.inspect(pair, channels, data.masks);
        unreadable.push(...inspection.unreadable.map(({ file }) => file));
        if (inspection.imageSize === undefined) return undefined;
        const fingerprint = await pool.fingerprint(pair.image);
        return { inspection, seen: { part, file: pair.image, fingerprint } };
      }),
    );
    const found = read.filter((one) => one !== undefined);
    seen.push(...found.map((one) => one.seen));
    const inspected = found.map(({ inspection }) => inspection);
    const pixels = (c: number) => inspected.map(({ classPixels }) => classPixels[c] ?? 0);
    return {
      images: pairs.length,
      sizes: sizesOf(inspected.flatMap(({ imageSize }) => (imageSize === undefined ? [] : [imageSize]))),
      classPixels: data.masks.classes.map((_, c) => sum(pixels(c))),
      ignoredPixels: sum(inspected.map(({ ignoredPixels }) => ignoredPixels)),
      classImages: data.masks.classes.map((_, c) => pixels(c).filter((count) => count > 0).length),
    };
  };
  const statistics = {
    training: await of("training", data.training),
    validation: await of("validation", data.validation),
    test: await of("test", data.test ?? []),
  };
  const placed = ({ part, file }: Seen): PlacedImage => ({ part, file });
  const print = ({ fingerprint }: Seen) => fingerprint;
  const broken = new Set(unreadable);
  const readable = data.training.filter((pair) => !broken.has(pair.image));
  return {
    parts: statistics,
    ...(await measureNormalisation({ ...data, training: readable }, image)),
    duplicates: samePixels(seen, print).map((group) => group.map(placed)),
    alike: alike(seen, print)
      .filter(([a, b]) => a.part !== b.part)
      .map(([a, b]): [PlacedImage, PlacedImage] =>
        parts.indexOf(a.part) <= parts.indexOf(b.part) ? [placed(a), placed(b)] : [placed(b), placed(a)],
      ),
    unreadable: [...broken].sort(),
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
