/** The samples of a file that is written row by row, and what writes them. */
import type { Samples } from "../raster.ts";

export const sampleFormats = ["png", "tiff", "npy"] as const;
export type SampleFormat = (typeof sampleFormats)[number];

export interface SampleFile {
  readonly path: string;
  readonly format: SampleFormat;
  /** Left out: the file holds one image. */
  readonly page?: Page | undefined;
}

/** An image of a file of several, from 0. */
export interface Page {
  readonly index: number;
  readonly of: number;
}

export interface SampleForm {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly type: "uint8" | "uint16" | "float32";
}

export interface SampleWriter {
  /** @param samples [rows, width, channels] of the form's type, the rows after those written. @throws UserError when the file cannot be written */
  readonly write: (samples: Samples) => Promise<void>;
  /** The file is there afterwards. @throws UserError when it cannot be written */
  readonly finish: () => Promise<void>;
  /** Leaves nothing behind; of a finished file, everything. */
  readonly discard: () => Promise<void>;
}
