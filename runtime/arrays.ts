/** The arrays that rooms of the runtime hand to each other: feature maps, labels, weights. Row major, the last axis fastest. */

/** Float feature maps, [batch, height, width, channels]. */
export interface MapBatch {
  readonly data: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
}

/** Class indices, [batch, height, width]; −1: ignored. */
export interface LabelBatch {
  readonly data: Int32Array;
  readonly shape: readonly [batch: number, height: number, width: number];
}

/** What an output is to give at each of its positions. */
export type TargetBatch =
  | ({ readonly kind: "labels" } & LabelBatch)
  /** Values, and where they are known; `valid` is [batch, height, width] of 0 and 1. Values elsewhere are not read. */
  | ({ readonly kind: "map"; readonly valid: Uint8Array } & MapBatch);

/** From the same forward pass as the loss. */
export type PredictionBatch =
  /** The class of highest logit at every position; where it was asked for its probability, of the same shape. */
  | ({ readonly kind: "labels"; readonly confidence?: Float32Array | undefined } & LabelBatch)
  | ({ readonly kind: "map" } & MapBatch);

export interface WeightArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How values become inputs of a network: (value − mean) / deviation, per channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** What is known of every pixel of an image beside its class, in memory. */
export interface Layer {
  readonly channels: number;
  /** [height, width, channels]; NaN: not known. */
  readonly values: Float32Array;
}
