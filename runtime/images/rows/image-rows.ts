/** The rows of an image, from the first to the last. */
import type { Raster } from "../raster.ts";

/** Bytes of the rows that are handled at a time. Arrays that grow with the width leave larger gaps in memory when they are freed. */
const bytesAtATime = 2 ** 17;

/** Rows of so many bytes that are handled at a time. */
export function rowsAtATime(rowBytes: number, most = 64): number {
  return Math.min(most, Math.max(1, Math.floor(bytesAtATime / rowBytes)));
}

export interface ImageRows extends Pick<Raster, "width" | "height" | "channels" | "fullScale"> {
  /** The next `count` rows, or those that are left. @throws UserError naming the file where it is damaged */
  readonly next: (count: number) => Promise<Raster>;
  readonly close: () => Promise<void>;
}
