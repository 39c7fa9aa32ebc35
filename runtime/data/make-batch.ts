/** Pairs to a batch: decoded, augmented, normalised. Runs in a worker thread. */
import { perAxis } from "../../compiler/axis.ts";
import {
  type AugmentationConfiguration,
  cropOf,
  needsClasses,
} from "../../compiler/learning/augmentations/registry.ts";
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import { lcm } from "../../compiler/sizes/integers.ts";
import type { MapBatch } from "../arrays.ts";
import { resizeSamples } from "../images/area-resize.ts";
import { readImageSize } from "../images/read-image-size.ts";
import { largeImage } from "../images/rows/scan-image.ts";
import { Random } from "../random.ts";
import { UserError } from "../user-error.ts";
import { augmentLayer } from "./augment/apply.ts";
import { type DrawnAugmentation, drawAugmentation } from "./augment/draw.ts";
import type { Batch, Truth } from "./data-set.ts";
import { addNoise, type InputPlan, shrinkSamples, type TargetPlan } from "./input-plan.ts";
import { type LayerPlan, layerSize } from "./layers/layer.ts";
import { channelsOfLayer } from "./layers/registry.ts";
import { normaliseSamples } from "./normalise-image.ts";
import type { Pair } from "./pair.ts";
import { layerMap, layerOf, readSample, readSamplePart, type Sample, shareSample } from "./sample.ts";
import { sourceRegion } from "./source-region.ts";

export interface BatchRequest {
  readonly items: readonly {
    readonly pair: Pair;
    /** Decoded before: nothing is read from disk. */
    readonly sample: Sample | undefined;
    /** Names this item's stream of random numbers, so that it does not depend on which worker or batch it is in. */
    readonly stream: string;
  }[];
  readonly masks: MaskConfiguration;
  readonly augment: readonly AugmentationConfiguration[];
  readonly inputs: readonly InputPlan[];
  readonly targets: readonly TargetPlan[];
  readonly seed: number;
  /** See drawAugmentation. */
  readonly oddTurns: boolean | undefined;
  /** Pixels of an image that is read whole whatever is shown of it. Left out: 2^24. */
  readonly wholeUpTo?: number;
  /** Whether newly decoded samples shall come back, in shared memory. */
  readonly keep: boolean;
}

export interface BatchReply {
  readonly batch: Batch;
  /** Newly decoded samples by place in the request; empty unless `keep`. */
  readonly decoded: readonly (readonly [place: number, sample: Sample])[];
}

/** What is read for inputs and targets, each once. */
export function layersOf(
  inputs: readonly Pick<InputPlan, "layer">[],
  targets: readonly TargetPlan[],
): readonly LayerPlan[] {
  return [...new Map([...inputs, ...targets].map(({ layer }) => [layer.key, layer])).values()];
}

/** @throws UserError naming the file that cannot be used; or when the images of a batch do not end in one size */
export async function makeBatch(request: BatchRequest): Promise<BatchReply> {
  const { items, masks, augment, inputs, targets } = request;
  const plans = layersOf(inputs, targets);
  const labelled = plans.find(({ source }) => source.kind === "classes");
  const decoded: [number, Sample][] = [];
  let batch: OpenBatch | undefined;
  for (const [i, { pair, sample: known, stream }] of items.entries()) {
    const random = () => new Random(request.seed, stream);
    const part = known === undefined ? await readPart(pair, plans, request, random()) : undefined;
    const sample = known ?? part?.sample ?? (await readSample(pair, masks, plans));
    if (known === undefined && part === undefined && request.keep) decoded.push([i, shareSample(sample)]);
    const size = [sample.height, sample.width] as const;
    const classes = labelled && layerOf(sample, labelled);
    const drawn =
      part?.drawn ??
      drawAugmentation(augment, size, random(), {
        oddTurns: request.oddTurns,
        classes,
        step: stepOf(inputs),
      });
    const { height, width } = drawn.map;
    batch ??= emptyBatch(request, height, width);
    if (height !== batch.size[0] || width !== batch.size[1]) {
      throw new UserError(
        `${pair.image} has another size than its header said when the batches were planned`,
        "files must not change while they are read",
      );
    }
    const noise = new Random(request.seed, `noise on ${pair.name} ${stream}`);
    for (const input of inputs) fillInput(input, sample, drawn, noise, partOf(batch.inputs, input.name, i));
    for (const layer of layersOf([], targets))
      augmentLayer(sample, layer, drawn, "target", noise, partOf(batch.byLayer, layer.key, i));
  }
  if (batch === undefined) throw new Error("a batch has at least one pair");
  const { byLayer: _, ...finished } = batch;
  return { batch: finished, decoded };
}

/**
 * What a crop shows of a large image, so that no more of it is in memory. `undefined`: the image is read whole, because it is not large, the
 * crop is not much smaller, or it depends on where the classes are.
 */
async function readPart(
  pair: Pair,
  plans: readonly LayerPlan[],
  { augment, masks, inputs, oddTurns, wholeUpTo = largeImage }: BatchRequest,
  random: Random,
): Promise<{ readonly sample: Sample; readonly drawn: DrawnAugmentation } | undefined> {
  if (cropOf(augment) === undefined || needsClasses(augment)) return undefined;
  const size = await readImageSize(pair.image);
  if (size[0] * size[1] <= wholeUpTo) return undefined;
  const drawn = drawAugmentation(augment, size, random, { oddTurns, step: stepOf(inputs) });
  const region = sourceRegion(drawn.map, size);
  if (2 * region.height * region.width > size[0] * size[1]) return undefined;
  return { sample: await readSamplePart(pair, masks, plans, size, region, drawn.map), drawn };
}

/** Windows begin at multiples of so many pixels of the image, which are whole pixels of every input's files. */
export function stepOf(inputs: readonly Pick<InputPlan, "layer">[]): number {
  return inputs.reduce((step, { layer: { pixels } }) => {
    if (pixels === undefined || pixels === "any") return step;
    return pixels.reduce((common, { denominator }) => lcm(common, denominator), step);
  }, 1);
}

/** At the size of its file, then shrunk or resized, noisy and normalised. */
function fillInput(
  { layer, shrink, resized, noise, normalisation }: InputPlan,
  sample: Sample,
  drawn: DrawnAugmentation,
  random: Random,
  target: Float32Array | Int32Array,
): void {
  if (!(target instanceof Float32Array)) throw new Error("an input holds values");
  const own = layerOf(sample, layer);
  const { height, width } = layerMap(
    layer,
    drawn.map,
    [sample.height, sample.width],
    [own.height, own.width],
  );
  const channels = channelsOfLayer(layer.source);
  const asItIs = resized === undefined && shrink === 1;
  const whole = asItIs ? target : new Float32Array(height * width * channels);
  augmentLayer(sample, layer, drawn, "input", random, whole);
  if (resized !== undefined) resizeSamples(whole, [height, width, channels], resized, target);
  else if (!asItIs) shrinkSamples(whole, [height, width, channels], shrink, target);
  addNoise(target, noise, random);
  normaliseSamples(target, channels, normalisation);
}

interface OpenBatch extends Batch {
  /** Targets by the key of their layer: outputs that learn the same share one. */
  readonly byLayer: ReadonlyMap<string, Truth>;
}

function partOf(
  maps: ReadonlyMap<string, MapBatch | Truth>,
  key: string,
  i: number,
): Float32Array | Int32Array {
  const map = maps.get(key);
  if (map === undefined) throw new Error(`the batch has no map for ${key}`);
  const { data, shape } = map;
  const length = data.length / shape[0];
  return data.subarray(i * length, (i + 1) * length);
}

function emptyBatch({ items, inputs, targets }: BatchRequest, height: number, width: number): OpenBatch {
  const count = items.length;
  const empty = (rows: number, columns: number, depth: number): MapBatch => ({
    data: new Float32Array(count * rows * columns * depth),
    shape: [count, rows, columns, depth],
  });
  const truth = ({ source }: LayerPlan): Truth =>
    source.kind === "classes"
      ? { kind: "labels", data: new Int32Array(count * height * width), shape: [count, height, width] }
      : { kind: "map", ...empty(height, width, channelsOfLayer(source)) };
  const byLayer = new Map(layersOf([], targets).map((layer) => [layer.key, truth(layer)]));
  return {
    names: items.map(({ pair }) => pair.name),
    size: [height, width],
    inputs: new Map(
      inputs.map(({ name, layer, shrink, resized }) => {
        const shown = layerSize(layer, [height, width]) ?? [height, width];
        const [rows, columns] = resized ?? perAxis((axis) => Math.floor(shown[axis] / shrink));
        return [name, empty(rows, columns, channelsOfLayer(layer.source))];
      }),
    ),
    byLayer,
    targets: new Map(
      targets.flatMap(({ output, layer }) => {
        const shared = byLayer.get(layer.key);
        return shared === undefined ? [] : [[output, shared] as const];
      }),
    ),
  };
}
