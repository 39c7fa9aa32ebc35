/** The most pixels an image file may have: a header of a few bytes can ask for gigabytes. */
import { UserError } from "../user-error.ts";

/** 16,384 × 16,384. */
export const defaultPixelLimit = 2 ** 28;

let limit = defaultPixelLimit;

/** Of every image that this thread reads from now on; the decode workers start with the limit of the thread that starts them. */
export function setPixelLimit(pixels: number): void {
  limit = pixels;
}

export function pixelLimit(): number {
  return limit;
}

/** @throws UserError when an image of this size is larger than the limit. To be asked before its pixels are decoded. */
export function checkPixels(file: string, height: number, width: number): void {
  if (width === 0 || height === 0) {
    throw new UserError(`${file} has no pixels: its header says ${height}×${width}`, "remove it");
  }
  if (height * width <= limit) return;
  throw new UserError(
    `${file} has ${height}×${width} pixels, more than the limit of ${limit}`,
    `if this size is right, raise the limit: --max-pixels ${height * width}`,
  );
}
