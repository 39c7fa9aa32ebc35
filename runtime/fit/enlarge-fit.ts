/** A fit in the pixels of a larger picture, when the network's input is a downscaled copy of it. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { Rational } from "../../compiler/geometry/rational.ts";
import type { ImageFit } from "./fit.ts";
import type { AxisGrid } from "./fit-axis.ts";

/**
 * Input pixel j covers the picture's pixels factor·j … factor·j + factor − 1, so that a centre at c is at
 * factor·(c + 1/2) − 1/2.
 * @param picture [height, width]; what is left over by the division is beyond the outermost positions
 */
export function enlargeFit(fit: ImageFit, picture: PerAxis<number>, factor: number): ImageFit {
  if (factor === 1) return fit;
  return {
    image: picture,
    axes: perAxis((axis) => {
      const { input, patches, before, grids } = fit.axes[axis];
      return {
        input: input * factor,
        patches,
        before: before * factor,
        grids: grids.map((grid) => enlarge(grid, factor)),
      };
    }),
  };
}

function enlarge({ cells, stride, offset }: AxisGrid, factor: number): AxisGrid {
  const moved: Rational = {
    numerator: 2 * factor * offset.numerator + (factor - 1) * offset.denominator,
    denominator: 2 * offset.denominator,
  };
  return { cells, stride: { ...stride, numerator: stride.numerator * factor }, offset: moved };
}
