/** A layer's file as values. */
import { labOf } from "../../compiler/colour/lab.ts";
import type { Layer } from "../arrays.ts";
import { chromaUnit } from "../colour/chroma-unit.ts";
import type { Raster } from "../images/raster.ts";
import { readImage, readImageWithGaps } from "../images/read-image.ts";
import { UserError } from "../user-error.ts";
import { channelsOfLayer, type LayerSource } from "./layers.ts";

export interface SizedLayer extends Layer {
  readonly height: number;
  readonly width: number;
}

/** Vectors shorter than this have no direction: 8-bit rounding moves a unit vector by less than 0.01. */
const shortest = 0.5;

/** @throws UserError naming the file: missing, damaged, no image; depth in colour */
export async function readLayer(path: string, source: LayerSource): Promise<SizedLayer> {
  const channels = channelsOfLayer(source);
  const raster =
    source.kind === "depth" ? await readImageWithGaps(path) : await readImage(path, filesChannels(source));
  const { width, height } = raster;
  if (source.kind === "depth" && raster.channels !== 1) {
    throw new UserError(
      `${path} is a colour image, and depth is read from grey images`,
      "Save it as a 16-bit grey PNG, and write its unit: depth(…, unit = …).",
    );
  }
  if (raster.fullScale === 1 && (source.kind === "normals" || source.kind === "chroma")) {
    throw new UserError(
      `${path} has floating-point samples, and ${source.kind === "normals" ? "normals" : "colours"} are read from samples of 8 or 16 bits`,
      "Save it as an 8-bit or 16-bit PNG.",
    );
  }
  const values = new Float32Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) writePixel(raster, pixel, source, values);
  return { width, height, channels, values };
}

/** `undefined`: as the file has them. */
function filesChannels(source: LayerSource): number | undefined {
  switch (source.kind) {
    case "boundaries":
      return 1;
    case "depth":
      return undefined;
    case "normals":
    case "chroma":
      return 3;
    case "image":
      return source.channels;
  }
}

function writePixel(
  { data, fullScale }: Raster,
  pixel: number,
  source: LayerSource,
  values: Float32Array,
): void {
  const stored = (c: number) => data[pixel * 3 + c] ?? 0;
  switch (source.kind) {
    case "boundaries":
      values[pixel] = (data[pixel] ?? 0) >= fullScale / 2 ? 1 : 0;
      return;
    case "depth": {
      const level = data[pixel] ?? 0;
      const depth = level * source.unit;
      const known = depth > 0 && depth < Number.POSITIVE_INFINITY && level !== source.missing;
      values[pixel] = known ? (source.log ? Math.log(depth) : depth) : Number.NaN;
      return;
    }
    case "normals": {
      const vector = [0, 1, 2].map((c) => stored(c) / (fullScale / 2) - 1);
      const length = Math.hypot(...vector);
      const black = stored(0) === 0 && stored(1) === 0 && stored(2) === 0;
      for (const [c, part] of vector.entries()) {
        values[pixel * 3 + c] = black || length < shortest ? Number.NaN : part / length;
      }
      return;
    }
    case "image":
      for (let i = pixel * source.channels; i < (pixel + 1) * source.channels; i++) {
        values[i] = (data[i] ?? 0) / fullScale;
      }
      return;
    case "chroma": {
      const [, a, b] = labOf(stored(0) / fullScale, stored(1) / fullScale, stored(2) / fullScale);
      values[pixel * 2] = a / chromaUnit;
      values[pixel * 2 + 1] = b / chromaUnit;
    }
  }
}
