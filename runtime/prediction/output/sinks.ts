/** What takes the rows of a prediction of classes, from the first to the last, and makes files of them. */
import type { ClassRaster, Raster } from "../../images/raster.ts";
import type { ClassValues } from "../averaging/class-values.ts";

export interface Sink {
  /** What it makes is there afterwards. @throws UserError when a file cannot be written */
  readonly finish: () => Promise<void>;
  /** Leaves nothing behind. */
  readonly discard: () => Promise<void>;
}

/** Takes the class of every pixel. */
export interface LabelSink extends Sink {
  /** @param shown the same rows of the image */
  readonly write: (labels: ClassRaster, shown: Raster) => Promise<void>;
}

/** Takes the probabilities of every pixel. */
export interface ValueSink extends Sink {
  /** @param values of the next rows */
  readonly write: (values: ClassValues) => Promise<void>;
}

/** Of one output. */
export interface Sinks {
  readonly labels: readonly LabelSink[];
  readonly values: readonly ValueSink[];
}

export function allSinks({ labels, values }: Sinks): readonly Sink[] {
  return [...labels, ...values];
}
