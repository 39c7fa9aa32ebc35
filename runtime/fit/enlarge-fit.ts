/** A fit in the pixels of a picture of another size, of which the network's input is a copy. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import {
  add,
  isWhole,
  multiply,
  type Rational,
  rational,
  subtract,
} from "../../compiler/geometry/rational.ts";
import type { ImageFit } from "./fit.ts";
import type { AxisGrid } from "./fit-axis.ts";

/**
 * Input pixel j covers the picture's points factor·j … factor·(j + 1), so that a centre at c is at factor·(c + 1/2) − 1/2.
 * @param picture [height, width]; what is left over by the division is beyond the outermost positions
 * @param factor pixels of the picture in one of the input, along each axis
 */
export function enlargeFit(fit: ImageFit, picture: PerAxis<number>, factor: PerAxis<Rational>): ImageFit {
  if (factor.every(({ numerator, denominator }) => numerator === denominator)) return fit;
  return {
    image: picture,
    axes: perAxis((axis) => {
      const { input, patches, before, grids } = fit.axes[axis];
      const [by, { numerator, denominator }] = [factor[axis], factor[axis]];
      const larger = (pixels: number) => Math.floor((pixels * numerator) / denominator);
      const start = multiply(rational(before), by);
      // where the margin is no whole number of the picture's pixels, positions are counted from the picture's first
      const counted = isWhole(start) ? rational(0) : start;
      return {
        input: larger(input),
        patches,
        before: isWhole(start) ? start.numerator : 0,
        grids: grids.map(({ cells, stride, offset }): AxisGrid => {
          const centre = subtract(multiply(add(offset, half), by), half);
          return { cells, stride: multiply(stride, by), offset: subtract(centre, counted) };
        }),
      };
    }),
  };
}

const half = rational(1, 2);
