/** An image for the eye: samples of 8 bits. */
import type { Raster } from "./raster.ts";

/** Floating-point samples that are not all within 0 … 1 are stretched so that the least becomes black and the largest white. */
export function eightBits(image: Raster): Raster & { readonly data: Uint8Array } {
  const { data, fullScale } = image;
  if (data instanceof Uint8Array) return { ...image, data };
  const [black, white] = data instanceof Float32Array ? shownRange(data) : [0, fullScale];
  const bytes = Uint8Array.from(data, (value) => Math.round((255 * (value - black)) / (white - black)));
  return { ...image, fullScale: 255, data: bytes };
}

function shownRange(values: Float32Array): readonly [black: number, white: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least >= 0 && most <= 1) return [0, 1];
  return most > least ? [least, most] : [least - 1, least + 1]; // one value everywhere: grey
}
