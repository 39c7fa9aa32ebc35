/** Pixels in memory: images as samples, label images as classes. */

/** [height, width, channels], row major with the channel fastest; `fullScale` is the sample that means white. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly fullScale: 255 | 65535;
  readonly data: Uint8Array | Uint16Array;
}

/** [height, width]; −1: ignored. */
export interface ClassRaster {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

/** Red, green, blue, 0 … 255. */
export type Colour = readonly [red: number, green: number, blue: number];
