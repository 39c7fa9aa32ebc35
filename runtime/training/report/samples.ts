/** Sample images of a report: the image, and the classes of its label and its prediction, as PNG data for an HTML page. */

import type { MapBatch } from "../../arrays.ts";
import type { DataSet } from "../../data/data-set.ts";
import { shrinkRaster } from "../../data/input-plan.ts";
import { fileOfLayer, type SizedLayer } from "../../data/layers/layer.ts";
import { layersOf } from "../../data/make-batch.ts";
import type { Pair } from "../../data/pair.ts";
import { layerOf, readSample } from "../../data/sample.ts";
import { eightBits } from "../../images/eight-bits.ts";
import type { Colour, Raster } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import { ConfusionMatrix } from "../../metrics/confusion.ts";
import type { Predictor } from "../../prediction/predictor.ts";
import { previewOfMap } from "../../targets/registry.ts";
import { type InputSourcePlan, type OutputPlan, targetPlans } from "../output-plans.ts";

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
  /** In the order of the graph. */
  readonly inputs: readonly InputSourcePlan[];
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
  const { data, outputs, inputs, predictor, palette } = source;
  const shrink = inputs[0]?.shrink ?? 1;
  const sample = await readSample(pair, data.masks, layersOf(inputs, targetPlans(outputs)));
  const seen = shrinkRaster(await readImage(pair.image), shrink);
  const given = shrinkRaster(await readImage(inputFile(pair, inputs), predictor.channels), shrink);
  const predictions = await predictor.predict(given, await otherImages(pair, source));
  const of = ({ name }: OutputPlan) => predictions.find(({ output }) => output === name);
  const { width, height } = seen;
  const shown: SampleOutput[] = [];
  for (const plan of outputs) {
    const found = of(plan);
    const { name } = plan;
    if (found?.kind === "classes") {
      if (shrink !== 1) continue; // labels are at the size of the image, and predictions at that of the input
      const { values } = layerOf(sample, plan.layer);
      const confusion = new ConfusionMatrix(data.masks.classes);
      confusion.add(found.labels.data, values);
      shown.push({
        output: name,
        truth: await dataUrl(coloured(values, width, height, palette), "nearest"),
        prediction: await dataUrl(coloured(found.labels.data, width, height, palette), "nearest"),
        classes: true,
        meanIoU: confusion.meanIoU(),
      });
      continue;
    }
    if (found === undefined) continue;
    const truth = mapOf(layerOf(sample, plan.layer));
    shown.push({
      output: name,
      truth: await showMap(truth, plan.target, await readImage(pair.image), truth),
      prediction: await showMap(found.map, found.target, seen, truth),
      classes: false,
    });
  }
  return { name: pair.name, image: await dataUrl(given, "lanczos3"), outputs: shown };
}

/** That of the input which predictions are asked for first. */
function inputFile(pair: Pair, [first]: readonly InputSourcePlan[]): string {
  return first === undefined ? pair.image : fileOfLayer(pair, first.layer);
}

/** Of the inputs after the first, as the data has them. */
async function otherImages(pair: Pair, { inputs, predictor }: SampleSource) {
  const images = new Map<string, Raster>();
  for (const { name, layer, shrink } of inputs.slice(1)) {
    const channels = predictor.otherInputs.find((input) => input.name === name)?.channels;
    if (channels === undefined) continue;
    images.set(name, shrinkRaster(await readImage(fileOfLayer(pair, layer), channels), shrink));
  }
  return images;
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
