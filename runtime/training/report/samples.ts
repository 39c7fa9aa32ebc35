/** Sample images of a report: the image, its label and the prediction over it, as PNG data for an HTML page. */
import type { DataSet, Pair } from "../../data/data-set.ts";
import { readSample } from "../../data/sample.ts";
import { overlay } from "../../images/overlay.ts";
import type { Colour, Raster } from "../../images/raster.ts";
import { readImage } from "../../images/read-image.ts";
import { ConfusionMatrix } from "../../metrics/confusion.ts";
import type { Predictor } from "../../prediction/predictor.ts";

export interface Sample {
  readonly name: string;
  /** data: URLs of PNG images. */
  readonly image: string;
  readonly label: string;
  readonly prediction: string;
  /** Of this image; `null` where nothing is labelled. */
  readonly meanIoU: number | null;
}

/** Larger images are shown smaller: pixels of the longer side. */
const longestShown = 512;
const opacity = 0.55;

/** Up to `count` pairs, evenly spaced over the validation pairs (the training pairs, where there are none). */
export async function makeSamples(
  data: DataSet,
  predictor: Predictor,
  palette: readonly Colour[],
  count: number,
): Promise<readonly Sample[]> {
  const pairs = data.validation.length > 0 ? data.validation : data.training;
  const shown = Math.min(count, pairs.length);
  const chosen = Array.from({ length: shown }, (_, i) => pairs[Math.floor((i * pairs.length) / shown)]);
  const samples: Sample[] = [];
  for (const pair of chosen) {
    if (pair !== undefined) samples.push(await makeSample(pair, data, predictor, palette));
  }
  return samples;
}

async function makeSample(
  pair: Pair,
  data: DataSet,
  predictor: Predictor,
  palette: readonly Colour[],
): Promise<Sample> {
  const { classes } = await readSample(pair, predictor.channels, data.masks);
  const shown = await readImage(pair.image);
  const [prediction] = await predictor.predict(await readImage(pair.image, predictor.channels));
  if (prediction === undefined) throw new Error("a network without outputs predicts nothing");
  const confusion = new ConfusionMatrix(data.masks.classes);
  confusion.add(prediction.labels.data, classes);
  const { width, height } = shown;
  const over = (values: ArrayLike<number>) => overlay(shown, { width, height, values }, palette, opacity);
  return {
    name: pair.name,
    image: await dataUrl(shown),
    label: await dataUrl(over(classes)),
    prediction: await dataUrl(over(prediction.labels.data)),
    meanIoU: confusion.meanIoU(),
  };
}

async function dataUrl({ width, height, channels, fullScale, data }: Raster): Promise<string> {
  const { default: sharp } = await import("sharp");
  const bytes = fullScale === 255 ? data : Uint8Array.from(data, (value) => value >> 8);
  // sharp takes 1 to 4 interleaved channels, which a raster has.
  const png = await sharp(bytes, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .resize({ width: longestShown, height: longestShown, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
