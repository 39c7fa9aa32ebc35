/** Sample images of a report: the image, its label, its prediction and where they differ, as PNG data for an HTML page. */

import { equals, isWhole } from "../../../compiler/geometry/rational.ts";
import { learnsImages } from "../../../compiler/learning/targets/registry.ts";
import type { MapBatch } from "../../arrays.ts";
import type { DataSet } from "../../data/data-set.ts";
import { shrinkRaster } from "../../data/input-plan.ts";
import { fileOfLayer, type SizedLayer } from "../../data/layers/layer.ts";
import { layersOf } from "../../data/make-batch.ts";
import type { Pair } from "../../data/pair.ts";
import { layerOf, type Sample as ReadSample, readSample } from "../../data/sample.ts";
import { eightBits } from "../../images/eight-bits.ts";
import type { Colour, Raster } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import { ConfusionMatrix } from "../../metrics/confusion.ts";
import type { Prediction } from "../../prediction/prediction.ts";
import type { Predictor } from "../../prediction/predictor.ts";
import { Random } from "../../random.ts";
import { previewOfMap } from "../../targets/registry.ts";
import { type ImageScale, type InputSourcePlan, type OutputPlan, targetPlans } from "../output-plans.ts";
import { differencePicture, differencesOf, wrongPixels } from "./error-pictures.ts";

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
  /** Where they differ, or how much. */
  readonly error: string;
  /** Whether they are classes in their colours. */
  readonly classes: boolean;
  /** The mean intersection over union of this image; `null` where nothing is labelled. */
  readonly meanIoU?: number | null;
}

export interface ChosenSamples {
  /** The worst first. */
  readonly worst: readonly Sample[];
  readonly random: readonly Sample[];
  /** Images that were predicted to find the worst, and images there are. */
  readonly looked: number;
  readonly of: number;
  readonly split: "validation" | "training";
}

export const noSamples: ChosenSamples = { worst: [], random: [], looked: 0, of: 0, split: "validation" };

/** Images that are predicted to find the worst: each takes a prediction. */
const mostLooked = 100;

/** Larger images are shown smaller: pixels of the longer side. */
const longestShown = 400;
const ignored: Colour = [255, 255, 255];

/** What samples are made from. */
export interface SampleSource {
  readonly data: DataSet;
  readonly outputs: readonly OutputPlan[];
  /** In the order of the graph. */
  readonly inputs: readonly InputSourcePlan[];
  readonly scale: ImageScale;
  readonly predictor: Predictor;
  readonly palette: readonly Colour[];
}

/** Up to `count` of the worst validation pairs (training pairs, where there are none), and as many others by chance; always the same. */
export async function makeSamples(source: SampleSource, count: number): Promise<ChosenSamples> {
  const { data } = source;
  const split = data.validation.length > 0 ? "validation" : "training";
  const pairs = data[split];
  const looked = new Random(0, "samples of a report").shuffled(pairs).slice(0, mostLooked);
  const errors = new Map<Pair, number>();
  for (const pair of looked) errors.set(pair, errorOf(await judge(pair, source), source));
  const ordered = [...looked].sort((a, b) => (errors.get(b) ?? 0) - (errors.get(a) ?? 0));
  const worst = ordered.slice(0, count);
  const others = looked.filter((pair) => !worst.includes(pair)).slice(0, count);
  const drawn = async (chosen: readonly Pair[]): Promise<readonly Sample[]> => {
    const samples: Sample[] = [];
    for (const pair of chosen) samples.push(await drawSample(await judge(pair, source), source));
    return samples;
  };
  return {
    worst: await drawn(worst),
    random: await drawn(others),
    looked: looked.length,
    of: pairs.length,
    split,
  };
}

/** A pair with what the network says of it. */
interface Judged {
  readonly pair: Pair;
  readonly sample: ReadSample;
  /** The image at the size of the input, as it is and in the input's channels. */
  readonly seen: Raster;
  readonly given: Raster;
  readonly predictions: readonly Prediction[];
}

async function judge(pair: Pair, source: SampleSource): Promise<Judged> {
  const { data, outputs, inputs, predictor } = source;
  const sample = await readSample(pair, data.masks, layersOf(inputs, targetPlans(outputs)));
  const seen = shrinkRaster(await readImage(pair.image), imageShrink(source));
  const images = new Map<string, Raster>();
  for (const { name, channels } of [predictor.input, ...predictor.otherInputs]) {
    const input = inputs.find((one) => one.name === name);
    if (input === undefined) continue;
    images.set(name, shrinkRaster(await readImage(fileOfLayer(pair, input.layer), channels), input.shrink));
  }
  const given = images.get(predictor.input.name);
  if (given === undefined) throw new Error(`${pair.name} has no image for ${predictor.input.name}`);
  const predictions = await predictor.predict(given, images);
  return { pair, sample, seen, given, predictions };
}

/** Pixels of the image, by as many, in one of a prediction; 1 where that is no whole number. */
function imageShrink({ scale: [down, across] }: SampleSource): number {
  return equals(down, across) && isWhole(down) ? down.numerator : 1;
}

/** Whether predictions have the pixels of the image, and of its targets. */
function atImageSize({ scale }: SampleSource): boolean {
  return scale.every(({ numerator, denominator }) => numerator === denominator);
}

/** Of the first output that can be compared: 1 − the mean IoU, or the mean absolute difference. */
function errorOf({ sample, predictions }: Judged, source: SampleSource): number {
  const { data, outputs } = source;
  for (const { name, layer } of outputs) {
    const found = predictions.find(({ output }) => output === name);
    if (found === undefined || hasNoPicture(found)) continue;
    const truth = layerOf(sample, layer);
    if (found.kind === "classes") {
      if (!atImageSize(source)) continue;
      const confusion = new ConfusionMatrix(data.masks.classes);
      confusion.add(found.labels.data, truth.values);
      return 1 - (confusion.meanIoU() ?? 1);
    }
    const differences = differencesOf(mapOf(truth), found.map);
    if (differences === undefined) continue;
    const known = differences.filter(Number.isFinite);
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  }
  return 0;
}

async function drawSample(judged: Judged, source: SampleSource): Promise<Sample> {
  const { pair, sample, seen, given, predictions } = judged;
  const { data, outputs, palette } = source;
  const of = ({ name }: OutputPlan) => predictions.find(({ output }) => output === name);
  const { width, height } = seen;
  const shown: SampleOutput[] = [];
  for (const plan of outputs) {
    const found = of(plan);
    const { name } = plan;
    if (found?.kind === "classes") {
      if (!atImageSize(source)) continue; // labels are at the size of the image, and predictions at that of the input
      const { values } = layerOf(sample, plan.layer);
      const confusion = new ConfusionMatrix(data.masks.classes);
      confusion.add(found.labels.data, values);
      shown.push({
        output: name,
        truth: await dataUrl(coloured(values, width, height, palette), "nearest"),
        prediction: await dataUrl(coloured(found.labels.data, width, height, palette), "nearest"),
        error: await dataUrl(wrongPixels(found.labels.data, values, seen), "nearest"),
        classes: true,
        meanIoU: confusion.meanIoU(),
      });
      continue;
    }
    if (found === undefined || hasNoPicture(found)) continue;
    const truth = mapOf(layerOf(sample, plan.layer));
    shown.push({
      output: name,
      truth: await showMap(truth, plan.target, await readImage(pair.image), truth),
      prediction: await showMap(found.map, found.target, seen, truth),
      error: await dataUrl(differencePicture(truth, found.map), "lanczos3"),
      classes: false,
    });
  }
  return { name: pair.name, image: await dataUrl(given, "lanczos3"), outputs: shown };
}

/** A class of the whole image is a word. */
function hasNoPicture(found: Prediction): boolean {
  return found.kind === "map" && learnsImages(found.target);
}

function mapOf({ values, fullScale, height, width, channels }: SizedLayer): MapBatch {
  const data = Float32Array.from(values, (value) => value / fullScale);
  return { data, shape: [1, height, width, channels] };
}

function showMap(...given: Parameters<typeof previewOfMap>): Promise<string> {
  return dataUrl(previewOfMap(...given), "lanczos3");
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
