/** Sample images of a report: the image, and the classes of its label and its prediction, as PNG data for an HTML page. */
import type { DataSet, Pair } from "../../data/data-set.ts";
import { readSample } from "../../data/sample.ts";
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
const longestShown = 400;
const ignored: Colour = [255, 255, 255];

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
  const inColour = (values: ArrayLike<number>) =>
    dataUrl(coloured(values, width, height, palette), "nearest");
  return {
    name: pair.name,
    image: await dataUrl(shown, "lanczos3"),
    label: await inColour(classes),
    prediction: await inColour(prediction.labels.data),
    meanIoU: confusion.meanIoU(),
  };
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

async function dataUrl(
  { width, height, channels, fullScale, data }: Raster,
  kernel: "nearest" | "lanczos3",
): Promise<string> {
  const { default: sharp } = await import("sharp");
  const bytes = fullScale === 255 ? data : Uint8Array.from(data, (value) => value >> 8);
  // sharp takes 1 to 4 interleaved channels, which a raster has.
  const png = await sharp(bytes, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .resize({ width: longestShown, height: longestShown, fit: "inside", withoutEnlargement: true, kernel })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}
