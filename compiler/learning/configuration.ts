/** The configuration of a `train` section, with all defaults. Paths are as written, relative to the `.fcn` file. */
import type { WeightedLoss } from "./loss-configuration.ts";
import type { InputConfiguration, TargetConfiguration } from "./target-configuration.ts";

export interface TrainConfiguration {
  readonly network: string;
  readonly startFrom: string | undefined;
  readonly data: DataConfiguration | undefined;
  readonly masks: MaskConfiguration;
  readonly augment: AugmentConfiguration;
  /** Source of each input, in graph order. */
  readonly inputs: readonly InputConfiguration[];
  /** Target and loss of each output, in graph order. */
  readonly outputs: readonly OutputConfiguration[];
  /** Height and width of the largest objects, in pixels of the input; a lint compares the receptive field with it. */
  readonly objects?: readonly [height: number, width: number];
  readonly optimizer: OptimizerConfiguration;
  readonly schedule: ScheduleConfiguration;
  readonly epochs: number;
  readonly batch: number;
  readonly lastBatch: LastBatch;
  readonly seed: number;
  readonly keep: KeepConfiguration;
}

/**
 * What happens to the images that do not fill a batch. "join": a single one joins the batch before, so that no batch has one
 * image; several form a batch. "keep": they form a batch. "drop": they are left out in this epoch.
 */
export type LastBatch = "join" | "keep" | "drop";

export type DataConfiguration =
  /** `folder("data/membrane", images = "image/*.png", labels = "label/*.png", validate = 20%, validate_seed = 1)`; or with `validate_images`, `validate_labels` globs; or with `objects`. */
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly images: string;
      /** `undefined`: no output learns labels. */
      readonly labels: string | undefined;
      /** `labels` matches a file for each object of an image, not one label image. */
      readonly objects: boolean;
      readonly validation:
        | ValidationShare
        | { readonly kind: "globs"; readonly images: string; readonly labels: string | undefined };
    }
  /** `list("train.txt", validate = "val.txt")`: one "image label" pair a line, relative to the list. */
  | {
      readonly kind: "list";
      readonly path: string;
      readonly validation: ValidationShare | { readonly kind: "list"; readonly path: string };
    };

/**
 * A fraction of the pairs, 0 … 1, drawn with its own seed: runs with other training seeds are validated on the same images.
 */
export interface ValidationShare {
  readonly kind: "share";
  readonly share: number;
  readonly seed: number;
}

/** A mask's value: a grey level or palette index (0 … 65535), or a colour "#rrggbb". */
export type MaskValue = number | string;

export interface MaskConfiguration {
  /** `undefined`: the value is the class index. Several values may mean one class. */
  readonly values: readonly { readonly className: string; readonly value: MaskValue }[] | undefined;
  /** Values that losses and metrics ignore. */
  readonly ignore: readonly MaskValue[];
  /** Class names in order, from the network's `classes`, else from `values`, else "class 0" … */
  readonly classes: readonly string[];
}

export interface AugmentConfiguration {
  /** Mirror left to right with probability one half. */
  readonly flip: boolean;
  /** Mirror top to bottom with probability one half. */
  readonly flipVertical: boolean;
  /** Degrees: 90 and 180 rotate by a random multiple of 90; any other angle a is uniform in −a … a. 0: none. */
  readonly rotate: number;
  /** Uniform scale factors; [1, 1]: none. */
  readonly scale: readonly [least: number, most: number];
  /** [height, width] of a random crop, in pixels; padded with ignored pixels where the image is smaller. */
  readonly crop: readonly [height: number, width: number] | undefined;
  /** Uniform factors on brightness and contrast: 1 ± value. */
  readonly brightness: number;
  readonly contrast: number;
}

export interface OutputConfiguration {
  readonly name: string;
  readonly target: TargetConfiguration;
  /** The loss of the output is their sum; the loss of the network is the sum over its outputs. */
  readonly loss: readonly WeightedLoss[];
}

export type OptimizerConfiguration =
  | {
      readonly kind: "sgd";
      readonly learningRate: number;
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: number;
    }
  | {
      readonly kind: "adam";
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

export type ScheduleConfiguration =
  | { readonly kind: "constant" }
  /** learning rate · (1 − step / steps) ^ power */
  | { readonly kind: "poly"; readonly power: number };

export interface KeepConfiguration {
  /** "mean_iou", "pixel_accuracy" (of the first output with labels), "loss", or a measure of an output: "depth.rel". */
  readonly best: string;
  /** Stop after this many epochs without improvement; `undefined`: never. */
  readonly patience: number | undefined;
}
