/** PNG files, written to a temporary name and renamed. */

import { writeAtomically } from "../files/atomic-write.ts";
import { UserError } from "../user-error.ts";
import { eightBits } from "./eight-bits.ts";
import type { ClassRaster, Colour, Raster } from "./raster.ts";

/** The index of ignored pixels in label images we write. */
export const ignoredIndex = 255;
const ignoredColour: Colour = [255, 255, 255];

/**
 * 8 or 16 bits as `fullScale` says; 1 to 4 channels. Floating-point samples as `eightBits` shows them.
 * @throws UserError when the file cannot be written
 */
export async function writePng(path: string, image: Raster): Promise<void> {
  const { encode } = await import("fast-png");
  const { width, height, channels } = image;
  const [depth, data] =
    image.data instanceof Uint16Array ? ([16, image.data] as const) : ([8, eightBits(image).data] as const);
  await writeAtomically(path, [encode({ width, height, channels, depth, data })]);
}

/** A grey PNG of 1 bit; `values` [height, width], nonzero is white. */
export async function writeBitPng(path: string, image: ClassRaster): Promise<void> {
  const { encode } = await import("fast-png");
  const { width, height, values } = image;
  const rowBytes = Math.ceil(width / 8);
  const data = new Uint8Array(rowBytes * height);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const at = ((i - x) / width) * rowBytes + (x >> 3);
    if (values[i]) data[at] = (data[at] ?? 0) | (0x80 >> (x & 7));
  }
  await writeAtomically(path, [encode({ width, height, channels: 1, depth: 1, data })]);
}

/**
 * An 8-bit palette PNG whose indices are the classes; ignored pixels are index 255, white.
 * @param palette one colour a class, at most 255
 * @throws UserError for more than 255 classes, or when the file cannot be written
 */
export async function writeLabelPng(
  path: string,
  labels: ClassRaster,
  palette: readonly Colour[],
): Promise<void> {
  checkPalette(path, palette);
  const { encode } = await import("fast-png");
  const { width, height, values } = labels;
  const data = new Uint8Array(width * height);
  let ignored = false;
  for (let i = 0; i < data.length; i++) {
    const value = values[i] ?? -1;
    if (value >= palette.length || value < -1) {
      throw new RangeError(`${path}: class ${value} has no colour in a palette of ${palette.length}`);
    }
    if (value === -1) ignored = true;
    data[i] = value === -1 ? ignoredIndex : value;
  }
  const colours = palette.map((colour) => [...colour]);
  if (ignored) {
    while (colours.length < ignoredIndex) colours.push([0, 0, 0]);
    colours.push([...ignoredColour]);
  }
  await writeAtomically(path, [encode({ width, height, channels: 1, depth: 8, data, palette: colours })]);
}

/** @throws UserError for more than 255 classes */
export function checkPalette(path: string, palette: readonly Colour[]): void {
  if (palette.length <= ignoredIndex) return;
  throw new UserError(
    `${path}: a palette label image holds at most ${ignoredIndex} classes, and there are ${palette.length}`,
  );
}
