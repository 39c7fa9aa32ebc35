/** Images on disk with their labels and layers, and the batches made from them. */
import type { MaskConfiguration } from "../../compiler/learning/configuration.ts";
import type { LabelBatch, MapBatch } from "../arrays.ts";
import type { LayerPlan } from "./layers.ts";

/** One pair; paths are absolute. */
export interface Pair {
  readonly name: string;
  readonly image: string;
  /** `undefined`: nothing is learned from labels. */
  readonly label: string | undefined;
  /** Files that show one object each, of which the label image is made (read-pair-label.ts); `label` is then their folder. */
  readonly objects?: readonly string[];
  /** By the key of the layer (layers.ts). */
  readonly layers?: Readonly<Record<string, string>>;
}

export interface DataSet {
  /** For messages: the folder or list it came from. */
  readonly source: string;
  readonly training: readonly Pair[];
  readonly validation: readonly Pair[];
  readonly masks: MaskConfiguration;
  /** What is read beside images and labels. */
  readonly layers?: readonly LayerPlan[];
}

export interface Batch {
  readonly names: readonly string[];
  /** [batch, height, width, channels], normalised. */
  readonly images: MapBatch;
  /** [batch, height, width], at the size of the images before shrinking; −1: ignored. */
  readonly labels: LabelBatch;
  /** Targets by the key of their layer, [batch, height, width, channels] at the labels' size; NaN: not known. */
  readonly layers: ReadonlyMap<string, MapBatch>;
  /** Inputs after the first by name, normalised, at the images' size. */
  readonly otherInputs: ReadonlyMap<string, MapBatch>;
}

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
