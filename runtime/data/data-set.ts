/** Images on disk with their labels and layers, and the batches made from them. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { MapBatch, PredictionBatch } from "../arrays.ts";
import type { LayerPlan } from "./layers/layer.ts";
import type { Pair } from "./pair.ts";

export interface DataSet {
  /** For messages: the folder or list it came from. */
  readonly source: string;
  readonly training: readonly Pair[];
  readonly validation: readonly Pair[];
  /** Set aside: neither training nor validation reads them. Left out: none. */
  readonly test?: readonly Pair[];
  readonly masks: MaskConfiguration;
  /** What is read of each image. Left out: the image and its labels. */
  readonly layers?: readonly LayerPlan[];
}

/** Inputs and targets by name. */
export interface Batch {
  /** Of the images. */
  readonly names: readonly string[];
  /** [height, width] of the targets: of the images before shrinking. */
  readonly size: readonly [height: number, width: number];
  /** By input, normalised. */
  readonly inputs: ReadonlyMap<string, MapBatch>;
  /** By output, what is true at every pixel of the images: −1 among classes, NaN among values: not known. */
  readonly targets: ReadonlyMap<string, Truth>;
}

export type Truth = PredictionBatch;

/** Something wrong with the data, found before the first step. */
export interface DataProblem {
  readonly severity: "error" | "warning";
  /** "labels/undeclared-value", "data/size-differs", "data/unreadable", "data/empty", "labels/class-absent" … */
  readonly code: string;
  readonly message: string;
  /** Some of the files it is about (at most five), and how many there are in all. */
  readonly files: readonly string[];
  readonly count: number;
  readonly help: string | undefined;
}

export type ImageSizes = readonly [height: number, width: number, count: number];

export interface DataReport {
  readonly problems: readonly DataProblem[];
  readonly images: number;
  /** Pixels of each class over the training pairs, in class order, and those ignored. */
  readonly classPixels: readonly number[];
  /** Images in which each class occurs. */
  readonly classImages: readonly number[];
  /** Labelled pixels of the images in which each class occurs (for median-frequency weights). */
  readonly classImagePixels: readonly number[];
  readonly ignoredPixels: number;
  /** Image sizes that occur, as [height, width, how many]. */
  readonly sizes: readonly ImageSizes[];
  /** Those among the training pairs, and among the validation pairs. */
  readonly trainingSizes: readonly ImageSizes[];
  readonly validationSizes: readonly ImageSizes[];
}
