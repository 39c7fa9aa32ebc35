/** Predicted values as pictures. */

import { labOf, rgbOfLab } from "../../compiler/colour/lab.ts";
import type { MapBatch } from "../arrays.ts";
import { chromaUnit } from "../colour/chroma-unit.ts";
import type { Raster } from "../images/raster.ts";
import type { LearnedTarget } from "./learned-target.ts";

/**
 * As the files of the target are: boundaries as grey of 8 bits, 255 is one; depth as grey of 16 bits in the target's unit, 0 not known;
 * normals as RGB, 127.5 (n + 1) of the unit vector; images as they are. Chroma, and the colours of bins, as RGB with the
 * lightness of `image`.
 * @param map [1, height, width, channels]; NaN: not known, black
 * @param image what the network saw, of the same size; for chroma
 */
export function pictureOfMap(map: MapBatch, target: LearnedTarget, image: Raster): Raster {
  const [, height, width, channels] = map.shape;
  const { data } = map;
  const pixels = height * width;
  const rgb = (fill: (pixel: number) => readonly number[]): Raster => {
    const bytes = new Uint8Array(3 * pixels);
    for (let pixel = 0; pixel < pixels; pixel++) bytes.set(fill(pixel), 3 * pixel);
    return { width, height, channels: 3, fullScale: 255, data: bytes };
  };
  const at = (pixel: number, c: number) => data[pixel * channels + c] ?? Number.NaN;
  switch (target.kind) {
    case "depth": {
      const levels = Uint16Array.from(data, (value) => {
        const steps = (target.log ? Math.exp(value) : value) / (target.unit ?? 1);
        return Number.isNaN(steps) ? 0 : Math.round(Math.min(65535, Math.max(0, steps)));
      });
      return { width, height, channels: 1, fullScale: 65535, data: levels };
    }
    case "normals":
      return rgb((pixel) => {
        const vector = [at(pixel, 0), at(pixel, 1), at(pixel, 2)];
        const length = Math.hypot(...vector);
        if (!(length > 0)) return [0, 0, 0];
        return vector.map((part) => Math.round(127.5 * (part / length + 1)));
      });
    case "chroma":
    case "colour_bins":
      return rgb((pixel) => {
        const [lightness] = labOfPixel(image, pixel);
        const colour = rgbOfLab([lightness, chromaUnit * at(pixel, 0), chromaUnit * at(pixel, 1)]);
        return colour.map(byteOf);
      });
    case "labels":
    case "boundaries":
    case "image": {
      // of several channels of boundaries the last is their probability
      if (target.kind === "image" && channels === 3)
        return rgb((pixel) => [0, 1, 2].map((c) => byteOf(at(pixel, c))));
      const grey = Uint8Array.from({ length: pixels }, (_, pixel) => byteOf(at(pixel, channels - 1)));
      return { width, height, channels: 1, fullScale: 255, data: grey };
    }
  }
}

/** Depth as grey of 8 bits for the eye: near is light. `range`: the depths that become white and black. */
export function greyOfDepth(
  map: MapBatch,
  target: LearnedTarget,
  [near, far]: readonly [number, number],
): Raster {
  const [, height, width] = map.shape;
  const data = Uint8Array.from(map.data, (value) => {
    const depth = target.log ? Math.exp(value) : value;
    return Number.isNaN(depth) ? 0 : byteOf(far > near ? (far - depth) / (far - near) : 0.5);
  });
  return { width, height, channels: 1, fullScale: 255, data };
}

function byteOf(value: number): number {
  return Number.isNaN(value) ? 0 : Math.round(255 * Math.min(1, Math.max(0, value)));
}

function labOfPixel({ data, channels, fullScale }: Raster, pixel: number) {
  const sample = (c: number) => (data[pixel * channels + (channels >= 3 ? c : 0)] ?? 0) / fullScale;
  return labOf(sample(0), sample(1), sample(2));
}
