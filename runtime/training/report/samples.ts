/** Sample images of a report: the image, and the classes of its label and its prediction, as PNG data for an HTML page. */

import type { MapBatch } from "../../arrays.ts";
import type { DataSet, Pair } from "../../data/data-set.ts";
import { shrinkRaster } from "../../data/input-plan.ts";
import type { LayerPlan } from "../../data/layers.ts";
import { fileOfLayer, readSample } from "../../data/sample.ts";
import { eightBits } from "../../images/eight-bits.ts";
import type { Colour, Raster } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import { ConfusionMatrix } from "../../metrics/confusion.ts";
import type { LearnedTarget } from "../../prediction/learned-target.ts";
import { greyOfDepth, pictureOfMap } from "../../prediction/picture-of-map.ts";
import type { Predictor } from "../../prediction/predictor.ts";
import type { OutputPlan } from "../output-plans.ts";

export interface Sample {
  readonly name: string;
  /** data: URLs of PNG images. The image as the network is given it: grey for an input of one channel. */
  readonly image: string;
  readonly outputs: readonly SampleOutput[];
}

/** What is true of an output, and what is predicted. */
export interface SampleOutput {
  readonly output: string;
  readonly truth: string;
  readonly prediction: string;
  /** Whether they are classes in their colours. */
  readonly classes: boolean;
  /** The mean intersection over union of this image; `null` where nothing is labelled. */
  readonly meanIoU?: number | null;
}

/** Larger images are shown smaller: pixels of the longer side. */
const longestShown = 400;
const ignored: Colour = [255, 255, 255];

/** What samples are made from. */
export interface SampleSource {
  readonly data: DataSet;
  readonly outputs: readonly OutputPlan[];
  /** As in training: pixels by as many that become one of the input. */
  readonly shrink: number;
  /** The inputs after the first. */
  readonly inputs: readonly { readonly name: string; readonly layer: LayerPlan }[];
  readonly predictor: Predictor;
  readonly palette: readonly Colour[];
}

/** Up to `count` pairs, evenly spaced over the validation pairs (the training pairs, where there are none). */
export async function makeSamples(source: SampleSource, count: number): Promise<readonly Sample[]> {
  const { data } = source;
  const pairs = data.validation.length > 0 ? data.validation : data.training;
  const shown = Math.min(count, pairs.length);
  const chosen = Array.from({ length: shown }, (_, i) => pairs[Math.floor((i * pairs.length) / shown)]);
  const samples: Sample[] = [];
  for (const pair of chosen) if (pair !== undefined) samples.push(await makeSample(pair, source));
  return samples;
}

async function makeSample(pair: Pair, source: SampleSource): Promise<Sample> {
  const { data, outputs, shrink, predictor, palette } = source;
  const sample = await readSample(pair, predictor.channels, data.masks, data.layers);
  const seen = shrinkRaster(await readImage(pair.image), shrink);
  const given = shrinkRaster(await readImage(pair.image, predictor.channels), shrink);
  const predictions = await predictor.predict(given, await otherImages(pair, source));
  const of = ({ name }: OutputPlan) => predictions.find(({ output }) => output === name);
  const { width, height } = seen;
  const shown: SampleOutput[] = [];
  for (const plan of outputs) {
    const found = of(plan);
    const { name } = plan;
    if (found?.kind === "classes") {
      if (shrink !== 1) continue; // labels are at the size of the image, and predictions at that of the input
      const confusion = new ConfusionMatrix(data.masks.classes);
      confusion.add(found.labels.data, sample.classes);
      shown.push({
        output: name,
        truth: await dataUrl(coloured(sample.classes, width, height, palette), "nearest"),
        prediction: await dataUrl(coloured(found.labels.data, width, height, palette), "nearest"),
        classes: true,
        meanIoU: confusion.meanIoU(),
      });
      continue;
    }
    const layer = plan.layer && sample.layers?.get(plan.layer.key);
    if (found === undefined || layer === undefined) continue;
    const truth: MapBatch = { data: layer.values, shape: [1, sample.height, sample.width, layer.channels] };
    shown.push({
      output: name,
      truth: await showMap(truth, plan.target, await readImage(pair.image), truth),
      prediction: await showMap(found.map, found.target, seen, truth),
      classes: false,
    });
  }
  return { name: pair.name, image: await dataUrl(given, "lanczos3"), outputs: shown };
}

/** Of the inputs after the first, as the data has them. */
async function otherImages(pair: Pair, { data, inputs, shrink, predictor }: SampleSource) {
  const images = new Map<string, Raster>();
  for (const { name, layer } of inputs) {
    const channels = predictor.otherInputs.find((input) => input.name === name)?.channels;
    if (data.layers === undefined || channels === undefined) continue;
    images.set(name, shrinkRaster(await readImage(fileOfLayer(pair, layer), channels), shrink));
  }
  return images;
}

/** @param truth gives depth its range, so that truth and prediction are shown alike */
function showMap(map: MapBatch, target: LearnedTarget, image: Raster, truth: MapBatch): Promise<string> {
  if (target.kind !== "depth") return dataUrl(pictureOfMap(map, target, image), "lanczos3");
  let [near, far] = [Number.POSITIVE_INFINITY, 0];
  for (const value of truth.data) {
    if (Number.isNaN(value)) continue;
    const depth = target.log ? Math.exp(value) : value;
    near = Math.min(near, depth);
    far = Math.max(far, depth);
  }
  return dataUrl(greyOfDepth(map, target, [near, far]), "lanczos3");
}

/** Classes in their colours; ignored pixels white. */
function coloured(
  values: ArrayLike<number>,
  width: number,
  height: number,
  palette: readonly Colour[],
): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    data.set(palette[values[pixel] ?? -1] ?? ignored, 3 * pixel);
  return { width, height, channels: 3, fullScale: 255, data };
}

async function dataUrl(image: Raster, kernel: "nearest" | "lanczos3"): Promise<string> {
  const { default: sharp } = await import("sharp");
  const { width, height, channels, data } = eightBits(image);
  // sharp takes 1 to 4 interleaved channels, which a raster has.
  const png = await sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .resize({ width: longestShown, height: longestShown, fit: "inside", withoutEnlargement: true, kernel })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
