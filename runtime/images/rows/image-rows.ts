/** The rows of an image, from the first to the last. */
import type { Raster } from "../raster.ts";

export interface ImageRows extends Pick<Raster, "width" | "height" | "channels" | "fullScale"> {
  /** The next `count` rows, or those that are left. @throws UserError naming the file where it is damaged */
  readonly next: (count: number) => Promise<Raster>;
  readonly close: () => Promise<void>;
}
