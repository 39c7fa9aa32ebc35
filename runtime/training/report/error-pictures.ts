/** Pictures of where a prediction is wrong. */
import type { MapBatch } from "../../arrays.ts";
import type { Colour, Raster } from "../../images/raster.ts";

const wrong: Colour = [225, 45, 45];
const ignored = 255;
/** The image is shown dimmed, so that what is wrong stands out. */
const dimmed = 0.6;

/** The image in grey, pixels of another class than their label red, pixels without a label white. */
export function wrongPixels(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  { width, height, channels, fullScale, data }: Raster,
): Raster {
  const picture = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (labels[pixel] === -1) picture.fill(ignored, 3 * pixel, 3 * pixel + 3);
    else if (labels[pixel] !== predicted[pixel]) picture.set(wrong, 3 * pixel);
    else {
      const colours = Math.min(3, channels);
      let sum = 0;
      for (let c = 0; c < colours; c++) sum += data[pixel * channels + c] ?? 0;
      picture.fill(Math.round((255 * dimmed * sum) / (colours * fullScale)), 3 * pixel, 3 * pixel + 3);
    }
  }
  return { width, height, channels: 3, fullScale: 255, data: picture };
}

/** The mean absolute difference of each position over its channels; NaN where the truth is not known. `undefined`: they have not one size. */
export function differencesOf(truth: MapBatch, predicted: MapBatch): readonly number[] | undefined {
  const [, height, width, channels] = truth.shape;
  if (predicted.data.length !== truth.data.length) return undefined;
  return Array.from({ length: height * width }, (_, pixel) => {
    let sum = 0;
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++)
      sum += Math.abs((truth.data[i] ?? Number.NaN) - (predicted.data[i] ?? Number.NaN));
    return sum / channels;
  });
}

/** Black: equal; white: the largest difference of the image, and where the truth is not known. */
export function differencePicture(truth: MapBatch, predicted: MapBatch): Raster {
  const [, height, width] = truth.shape;
  const differences = differencesOf(truth, predicted) ?? new Array<number>(height * width).fill(Number.NaN);
  const largest = differences.reduce((most, value) => (value > most ? value : most), 0);
  const data = Uint8Array.from(differences, (value) =>
    Number.isNaN(value) ? ignored : Math.round((255 * value) / (largest || 1)),
  );
  return { width, height, channels: 1, fullScale: 255, data };
}
