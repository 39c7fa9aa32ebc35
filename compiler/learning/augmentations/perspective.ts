/** Seen from another angle. */
import { define } from "../definition/definition.ts";
import { requiredNumber } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const perspective = augmentation(
  define({
    name: "perspective",
    summary:
      "Moves each corner of the image by a random share of its height and width, and the rest by the homography of the corners.",
    source: "Heckbert 1989, Fundamentals of Texture Mapping and Image Warping, section 2.2.3",
    parameters: {
      distortion: requiredNumber(
        { kind: "number", above: 0, below: 0.25, wanted: "a share above 0 and below 25%" },
        "The largest move of a corner, of the height and of the width; below 25% the corners stay those of a convex shape.",
      ),
      probability: probability(1),
    },
  }),
  "place",
);
