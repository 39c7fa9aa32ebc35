/** Pixels in memory: images as samples, label images as classes. */

/** What an image file stores of each pixel and channel. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/**
 * [height, width, channels], row major with the channel fastest; `fullScale` is the sample that means white. Floating-point samples
 * are as the file has them, whatever their range, and their `fullScale` is 1.
 */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly fullScale: 1 | 255 | 65535;
  readonly data: Samples;
}

/** Zeros of the same type. */
export function likeSamples(samples: Samples, length: number): Samples {
  if (samples instanceof Uint8Array) return new Uint8Array(length);
  return samples instanceof Uint16Array ? new Uint16Array(length) : new Float32Array(length);
}

/** A part of an image, in pixels. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** [height, width]; −1: ignored. */
export interface ClassRaster {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

export type { Colour } from "../../compiler/colour/class-palette.ts";
