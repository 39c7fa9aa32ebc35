/** What takes the rows of a prediction of classes, from the first to the last, and makes files of them. */
import type { MapBatch } from "../../arrays.ts";
import type { ClassRaster, Raster } from "../../images/raster.ts";

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

export interface ValueRows {
  /** [1, rows, width, classes] */
  readonly probabilities: MapBatch;
  /** [rows, width], nats: the mean of the entropies of the predictions that were averaged, where it is asked for. */
  readonly expectedEntropy: Float32Array | undefined;
}

/** Takes the probabilities of every pixel. */
export interface ValueSink extends Sink {
  readonly write: (rows: ValueRows) => Promise<void>;
}

/** Of one output. */
export interface Sinks {
  readonly labels: readonly LabelSink[];
  readonly values: readonly ValueSink[];
}

export function allSinks({ labels, values }: Sinks): readonly Sink[] {
  return [...labels, ...values];
}
