/** Pairs to a batch: decoded, augmented, normalised. Runs in a worker thread. */
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { MapBatch, Normalisation } from "../arrays.ts";
import { Random } from "../random.ts";
import { UserError } from "../user-error.ts";
import { applyAugmentation, augmentLayer } from "./augment/apply.ts";
import { type DrawnAugmentation, drawAugmentation } from "./augment/draw.ts";
import type { Batch, Pair } from "./data-set.ts";
import { addNoise, type InputPlan, shrinkSamples } from "./input-plan.ts";
import { channelsOfLayer, type LayerPlan } from "./layers.ts";
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
  readonly augment: readonly AugmentationConfiguration[];
  /** All that are read; those of inputs become inputs, the others targets. */
  readonly layers: readonly LayerPlan[];
  readonly inputs: InputPlan;
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
  const { items, channels, masks, augment, layers } = request;
  const decoded: [number, Sample][] = [];
  let batch: Batch | undefined;
  for (const [i, { pair, sample: known, stream }] of items.entries()) {
    const sample = known ?? (await readSample(pair, channels, masks, layers));
    if (known === undefined && request.keep) decoded.push([i, shareSample(sample)]);
    const random = new Random(request.seed, stream);
    const augmentation = drawAugmentation(augment, [sample.height, sample.width], random, request.oddTurns);
    const { height, width } = augmentation.map;
    batch ??= emptyBatch(request, height, width);
    const [, batchHeight, batchWidth] = batch.labels.shape;
    if (height !== batchHeight || width !== batchWidth) {
      throw new UserError(
        `${pair.image} has another size than its header said when the batches were planned`,
        "Files must not change while they are read.",
      );
    }
    const noise = new Random(request.seed, `noise on ${pair.name} ${stream}`);
    fillImage(request, sample, augmentation, batch, i, noise);
    for (const { key, layer } of targetsOf(request)) {
      augmentLayer(sample, layer, augmentation, partOf(batch.layers, key, i), "target", noise);
    }
    fillOtherInputs(request, sample, augmentation, batch, i, noise);
  }
  if (batch === undefined) throw new Error("a batch has at least one pair");
  return { batch, decoded };
}

function targetsOf({ layers, inputs }: BatchRequest) {
  const ofInputs = new Set(inputs.others.map(({ layer }) => layer.key));
  // an image may be an input and a target
  return layers
    .filter(({ key, from }) => !ofInputs.has(key) || from === "images")
    .map((layer) => ({ key: layer.key, layer }));
}

/** Image and labels at full size, then the image shrunk, noisy and normalised in its place. */
function fillImage(
  { channels, normalisation, inputs }: BatchRequest,
  sample: Sample,
  augmentation: DrawnAugmentation,
  { images, labels }: Batch,
  i: number,
  noise: Random,
): void {
  const { height, width } = augmentation.map;
  const whole = new Float32Array(height * width * channels);
  const pixels = height * width;
  applyAugmentation(sample, augmentation, whole, labels.data.subarray(i * pixels, (i + 1) * pixels), noise);
  finishInput(
    whole,
    [height, width, channels],
    inputs.shrink,
    inputs.noise,
    noise,
    normalisation,
    part(images, i),
  );
}

function fillOtherInputs(
  { inputs }: BatchRequest,
  sample: Sample,
  augmentation: DrawnAugmentation,
  batch: Batch,
  i: number,
  random: Random,
): void {
  const { height, width } = augmentation.map;
  for (const { name, layer, noise, normalisation } of inputs.others) {
    const channels = channelsOfLayer(layer.source);
    const whole = new Float32Array(height * width * channels);
    augmentLayer(sample, layer, augmentation, whole, "input", random);
    const target = partOf(batch.otherInputs, name, i);
    finishInput(whole, [height, width, channels], inputs.shrink, noise, random, normalisation, target);
  }
}

function finishInput(
  whole: Float32Array,
  shape: readonly [height: number, width: number, channels: number],
  shrink: number,
  deviation: number,
  random: Random,
  normalisation: Normalisation,
  target: Float32Array,
): void {
  if (shrink === 1) target.set(whole);
  else shrinkSamples(whole, shape, shrink, target);
  addNoise(target, deviation, random);
  normaliseSamples(target, shape[2], normalisation);
}

function part({ data, shape: [, height, width, channels] }: MapBatch, i: number): Float32Array {
  const length = height * width * channels;
  return data.subarray(i * length, (i + 1) * length);
}

function partOf(maps: ReadonlyMap<string, MapBatch>, key: string, i: number): Float32Array {
  const map = maps.get(key);
  if (map === undefined) throw new Error(`the batch has no map for ${key}`);
  return part(map, i);
}

function emptyBatch(request: BatchRequest, height: number, width: number): Batch {
  const { items, channels, inputs } = request;
  const count = items.length;
  const empty = (rows: number, columns: number, depth: number): MapBatch => ({
    data: new Float32Array(count * rows * columns * depth),
    shape: [count, rows, columns, depth],
  });
  const [rows, columns] = [Math.floor(height / inputs.shrink), Math.floor(width / inputs.shrink)];
  return {
    names: items.map(({ pair }) => pair.name),
    images: empty(rows, columns, channels),
    labels: { data: new Int32Array(count * height * width), shape: [count, height, width] },
    layers: new Map(
      targetsOf(request).map(({ key, layer }) => [key, empty(height, width, channelsOfLayer(layer.source))]),
    ),
    otherInputs: new Map(
      inputs.others.map(({ name, layer }) => [name, empty(rows, columns, channelsOfLayer(layer.source))]),
    ),
  };
}
