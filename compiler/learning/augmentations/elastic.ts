/** Smooth random deformation. */
import { define } from "../definition/definition.ts";
import { count, number, positional } from "../definition/parameters.ts";
import { augmentation, probability } from "./augmentation.ts";

export const elastic = augmentation(
  define({
    name: "elastic",
    summary:
      "Deforms the image smoothly: by Gaussian displacements at the points of a coarse grid, and between them by bicubic interpolation.",
    source: "Ronneberger, Fischer & Brox 2015 (U-Net), section 3.1; Keys 1981, equation 15",
    parameters: {
      deviation: positional(
        number(
          { kind: "number", above: 0 },
          "Standard deviation of the displacements at the grid points, in pixels.",
          10,
        ),
      ),
      grid: count(
        { kind: "count", least: 2, most: 64 },
        "Points of the grid along each axis, the outermost on the edges of the image.",
        3,
      ),
      probability: probability(1),
    },
  }),
  "place",
);
