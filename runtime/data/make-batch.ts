/** Pairs to a batch: decoded, augmented, normalised. Runs in a worker thread. */
import type { AugmentConfiguration, MaskConfiguration } from "../../compiler/train/configuration.ts";
import { Random } from "../random.ts";
import { UserError } from "../user-error.ts";
import { applyAugmentation, drawAugmentation } from "./augment.ts";
import type { Batch, Normalisation, Pair } from "./data-set.ts";
import { normaliseSamples } from "./normalise-image.ts";
import { readSample, type Sample, shareSample } from "./sample.ts";

export interface BatchRequest {
  readonly items: readonly {
    readonly pair: Pair;
    /** Decoded before: nothing is read from disk. */
    readonly sample: Sample | undefined;
    /** Names this item's stream of random numbers, so that it does not hang on which worker or batch it is in. */
    readonly stream: string;
  }[];
  readonly channels: number;
  readonly masks: MaskConfiguration;
  readonly normalisation: Normalisation;
  readonly augment: AugmentConfiguration;
  readonly seed: number;
  /** See drawAugmentation. */
  readonly oddTurns: boolean | undefined;
  /** Whether newly decoded samples shall come back, in shared memory. */
  readonly keep: boolean;
}

export interface BatchReply {
  readonly batch: Batch;
  /** Newly decoded samples by place in the request; empty unless `keep`. */
  readonly decoded: readonly (readonly [place: number, sample: Sample])[];
}

/** @throws UserError naming the file that cannot be used; or when the images of a batch do not end in one size */
export async function makeBatch(request: BatchRequest): Promise<BatchReply> {
  const { items, channels, masks, augment, normalisation } = request;
  const decoded: [number, Sample][] = [];
  let batch: Batch | undefined;
  for (const [i, { pair, sample: known, stream }] of items.entries()) {
    const sample = known ?? (await readSample(pair, channels, masks));
    if (known === undefined && request.keep) decoded.push([i, shareSample(sample)]);
    const random = new Random(request.seed, stream);
    const augmentation = drawAugmentation(
      augment,
      [sample.height, sample.width],
      random,
      sample.height === sample.width ? undefined : request.oddTurns,
    );
    const { height, width } = augmentation.geometry;
    batch ??= emptyBatch(
      items.map((item) => item.pair.name),
      height,
      width,
      channels,
    );
    const [, batchHeight, batchWidth] = batch.images.shape;
    if (height !== batchHeight || width !== batchWidth) {
      throw new UserError(
        `${pair.image} has another size than its header said when the batches were planned`,
        "Files must not change while they are read.",
      );
    }
    const pixels = height * width;
    const image = batch.images.data.subarray(i * pixels * channels, (i + 1) * pixels * channels);
    applyAugmentation(sample, augmentation, image, batch.labels.data.subarray(i * pixels, (i + 1) * pixels));
    normaliseSamples(image, channels, normalisation);
  }
  if (batch === undefined) throw new Error("a batch has at least one pair");
  return { batch, decoded };
}

function emptyBatch(names: readonly string[], height: number, width: number, channels: number): Batch {
  const count = names.length;
  return {
    names,
    images: {
      data: new Float32Array(count * height * width * channels),
      shape: [count, height, width, channels],
    },
    labels: { data: new Int32Array(count * height * width), shape: [count, height, width] },
  };
}
