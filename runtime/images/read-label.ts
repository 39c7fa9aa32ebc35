/** A label image as its stored values: grey levels, palette indices or colours, never converted. */
import { UserError } from "../user-error.ts";
import { decodePng, type StoredPng } from "./decode-png.ts";
import { readImageBytes } from "./read-bytes.ts";

export interface LabelImage {
  readonly width: number;
  readonly height: number;
  /** "grey": levels as stored (a 1-bit file has 0 and 1). "palette": indices. "colour": 0xrrggbb. */
  readonly kind: "grey" | "palette" | "colour";
  /** [height, width]. */
  readonly values: Uint16Array | Int32Array;
  /** 0xrrggbb of every index, for kind "palette". */
  readonly palette: readonly number[] | undefined;
}

/**
 * PNG only. Alpha is dropped.
 * @throws UserError naming the file: missing, empty, damaged, lossy (JPEG) or no PNG; RGB of 16 bits
 */
export async function readLabel(path: string): Promise<LabelImage> {
  const { format, bytes } = await readImageBytes(path);
  if (format === "JPEG") {
    throw new UserError(
      `${path} is a JPEG file: its compression changes pixel values, so it cannot hold class labels`,
      "Create the label images again as PNG from their source; converting the JPEG does not restore the values.",
    );
  }
  if (format !== "PNG") {
    throw new UserError(
      `${path} is a ${format} file`,
      "Label images are read from PNG; convert it without loss.",
    );
  }
  const png = await decodePng(bytes, path);
  const { width, height, samples } = png;
  if (png.palette !== undefined) {
    const palette = png.palette.map((c) => packColour(c[0] ?? 0, c[1] ?? 0, c[2] ?? 0));
    return { width, height, kind: "palette", values: Uint16Array.from(samples), palette };
  }
  if (png.channels <= 2) {
    return { width, height, kind: "grey", values: firstChannel(png), palette: undefined };
  }
  if (png.depth === 16) {
    throw new UserError(
      `${path} is an RGB label image with 16 bits per channel`,
      "Save it as grey (8 or 16 bits), with a palette, or as 8-bit RGB.",
    );
  }
  const values = new Int32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const at = i * png.channels;
    values[i] = packColour(samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0);
  }
  return { width, height, kind: "colour", values, palette: undefined };
}

/** 0xrrggbb. */
export function packColour(red: number, green: number, blue: number): number {
  return (red << 16) | (green << 8) | blue;
}

function firstChannel(png: StoredPng): Uint16Array {
  if (png.channels === 1) return Uint16Array.from(png.samples);
  const values = new Uint16Array(png.width * png.height);
  for (let i = 0; i < values.length; i++) values[i] = png.samples[i * png.channels] ?? 0;
  return values;
}
