/** Output positions of one input read at those of another: of the flipped or the resized image at those of the image itself. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import {
  add,
  divide,
  equals,
  multiply,
  type Rational,
  rational,
  subtract,
} from "../../compiler/geometry/rational.ts";
import type { ImageFit } from "./fit.ts";
import type { AxisGrid } from "./fit-axis.ts";

const half = rational(1, 2);

/** The grid of an output in pixels of the image, the first pixel's centre being 0. */
export function gridOfImage({ axes }: ImageFit, output: number): PerAxis<AxisGrid> {
  return perAxis((axis) => {
    const { before, grids } = axes[axis];
    const grid = grids[output];
    if (grid === undefined) throw new Error(`the fit has no output ${output}`);
    return { ...grid, offset: subtract(grid.offset, rational(before)) };
  });
}

/** The positions of an output of a flipped input of `size` pixels, counted from its other ends, in pixels of the input itself. */
export function flippedGrids(
  own: PerAxis<AxisGrid>,
  flip: { readonly vertical: boolean; readonly horizontal: boolean },
  size: PerAxis<number>,
): PerAxis<AxisGrid> {
  return perAxis((axis) =>
    (axis === 0 ? flip.vertical : flip.horizontal) ? flippedGrid(own[axis], size[axis]) : own[axis],
  );
}

/** Whether no value is read between positions where flips of the input are undone, at every output. */
export function flipsAreExact(
  { axes }: ImageFit,
  flips: readonly { readonly vertical: boolean; readonly horizontal: boolean }[],
): boolean {
  const size = perAxis((axis) => axes[axis].input / axes[axis].patches);
  return axes[0].grids.every((down, output) => {
    const across = axes[1].grids[output];
    if (across === undefined) throw new Error(`the fit has no output ${output}`);
    const own = perAxis((axis) => {
      const grid = axis === 0 ? down : across;
      return { ...grid, cells: grid.cells / axes[axis].patches };
    });
    return flips.every((flip) => sameGrid(flippedGrids(own, flip, size), own));
  });
}

function flippedGrid({ cells, stride, offset }: AxisGrid, length: number): AxisGrid {
  const last = add(offset, multiply(stride, rational(cells - 1)));
  return { cells, stride, offset: subtract(rational(length - 1), last) };
}

/** In pixels of an image of `to` pixels what is in pixels of the same image resized to `from`; edges match. */
export function resizedGrid(
  { cells, stride, offset }: AxisGrid,
  { from, to }: { readonly from: number; readonly to: number },
): AxisGrid {
  const ratio = rational(to, from);
  return {
    cells,
    stride: multiply(stride, ratio),
    offset: subtract(multiply(add(offset, half), ratio), half),
  };
}

/** The positions of `to` as the pixels of an image, on the positions of `from`: `fit-batch.ts` reads the latter at the former. */
export function positionsAsImage(from: PerAxis<AxisGrid>, to: PerAxis<AxisGrid>): ImageFit {
  return {
    image: perAxis((axis) => to[axis].cells),
    axes: perAxis((axis) => ({
      input: to[axis].cells,
      patches: 1,
      before: 0,
      grids: [
        {
          cells: from[axis].cells,
          stride: divide(from[axis].stride, to[axis].stride),
          offset: divide(subtract(from[axis].offset, to[axis].offset), to[axis].stride),
        },
      ],
    })),
  };
}

/** Whether two grids have the same positions: nothing is resampled between them. */
export function sameGrid(first: PerAxis<AxisGrid>, second: PerAxis<AxisGrid>): boolean {
  const same = (a: Rational, b: Rational) => equals(a, b);
  return ([0, 1] as const).every(
    (axis) =>
      first[axis].cells === second[axis].cells &&
      same(first[axis].stride, second[axis].stride) &&
      same(first[axis].offset, second[axis].offset),
  );
}
