/** A prediction as images: classes with their colours, colours over the image, probabilities as grey of 16 bits; values as pictures. */
import type { MapBatch } from "../arrays.ts";
import { overlay } from "../images/overlay.ts";
import type { Colour, Raster } from "../images/raster.ts";
import { writeLabelPng, writePng } from "../images/write-png.ts";
import { pictureOfMap } from "../targets/registry.ts";
import type { OutputFiles } from "./output-files.ts";
import type { Prediction } from "./prediction.ts";

export const overlayOpacity = 0.5;

/** @throws UserError when a file cannot be written. */
export async function writePrediction(
  prediction: Prediction,
  image: Raster,
  palette: readonly Colour[],
  files: OutputFiles,
): Promise<void> {
  if (prediction.kind === "map") {
    if (files.kind !== "picture") throw new Error(`${prediction.output} is not an output of classes`);
    await writePng(files.picture, pictureOfMap(prediction.map, prediction.target, image));
    return;
  }
  if (files.kind !== "classes") throw new Error(`${prediction.output} is an output of classes`);
  const [, height, width] = prediction.labels.shape;
  const labels = { width, height, values: prediction.labels.data };
  await writeLabelPng(files.labels, labels, palette);
  await writePng(files.overlay, overlay(image, labels, palette, overlayOpacity));
  if (files.probabilities.length === 0) return;
  const probabilities = prediction.probabilities();
  for (const [channel, file] of files.probabilities.entries())
    await writePng(file, {
      width,
      height,
      channels: 1,
      fullScale: 65535,
      data: greyOf(probabilities, channel),
    });
}

/** One channel of probabilities, 0 to 65535. */
export function greyOf({ data, shape }: MapBatch, channel: number): Uint16Array {
  const channels = shape[3];
  const grey = new Uint16Array(data.length / channels);
  for (let pixel = 0; pixel < grey.length; pixel++)
    grey[pixel] = Math.round(65535 * Math.min(1, Math.max(0, data[pixel * channels + channel] ?? 0)));
  return grey;
}
