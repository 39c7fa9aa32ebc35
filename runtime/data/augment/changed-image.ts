/** An image whose samples are changed in place, [height, width, channels]. */
export interface ChangedImage {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly samples: Float32Array;
  /** Samples stay within 0 … 1; floating-point samples of a file have no such range. */
  readonly clipped: boolean;
}
