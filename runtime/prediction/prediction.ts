/** What a network says about one image. */
import type { LabelBatch, MapBatch } from "../arrays.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";

export type Prediction =
  /** Of an output that learned labels. */
  | {
      readonly kind: "classes";
      readonly output: string;
      /** [1, image height, image width]: the nearest position's class. */
      readonly labels: LabelBatch;
      /** [1, image height, image width, classes]: bilinear between positions. Made when asked for. */
      readonly probabilities: () => MapBatch;
      /** The same, and where the predictor was opened with `entropy`, the expected entropy as one channel more. */
      readonly values: () => MapBatch;
    }
  | {
      readonly kind: "map";
      readonly output: string;
      readonly target: LearnedTarget;
      /**
       * [1, height, width, channels], bilinear between positions (colour bins: after each position's colour is made): of the image's size, or, where the output is an image with several
       * positions for each pixel, as many times larger. Of a class of the whole image, [1, 1, 1, classes].
       */
      readonly map: MapBatch;
    };
