/**
 * Inputs of proportional sizes show one scene: pixel j of the coarser covers the pixels k·j … k·j + k − 1 of the finer, where
 * k is the ratio of their sizes. So what is known in pixels of the one is known in pixels of the other.
 */
import { ceilDivide, floorDivide, gcd } from "../sizes/integers.ts";
import type { AxisGeometry, Field, Grid, GridGeometry, InputScale } from "./axis-geometry.ts";
import { fieldOfCell, gridOf } from "./grid.ts";
import { gridWithin } from "./grid-within.ts";
import { add, equals, multiply, type Rational, rational } from "./rational.ts";
import { placedBySize } from "./sized.ts";

const plain: InputScale = { scale: 1, shift: 0 };

export const unrelated = "it is made of inputs whose sizes have no fixed ratio";

/** Pixels of `to` that one pixel of `from` covers; `undefined`: the sizes are not in one proportion. */
export function pixelsPer(from: InputScale = plain, to: InputScale = plain): Rational | undefined {
  if (from.scale === to.scale && from.shift === to.shift) return rational(1);
  if (from.scale === 0 || to.scale === 0)
    return from.scale === to.scale ? rational(to.shift, from.shift) : undefined;
  const ratio = rational(to.scale, from.scale);
  const shifted = multiply(ratio, rational(from.shift));
  return equals(shifted, rational(to.shift)) ? ratio : undefined;
}

/** The input of most pixels, in whose pixels all of them are known; `undefined` where two are not in one proportion. */
export function finest(
  scales: readonly (InputScale | undefined)[],
): { readonly pixels: InputScale | undefined } | undefined {
  let found = scales[0];
  for (const scale of scales) {
    const ratio = pixelsPer(found, scale);
    if (ratio === undefined) return undefined;
    if (ratio.numerator > ratio.denominator) found = scale;
  }
  return { pixels: found };
}

/** Both grids in pixels of the finer input; `undefined` where the inputs are not in one proportion. */
export function gridsTogether(first: Grid, second: Grid): readonly [Grid, Grid] | undefined {
  const common = finest([first.pixels, second.pixels]);
  if (common === undefined) return undefined;
  const [a, b] = [gridIn(first, common.pixels), gridIn(second, common.pixels)];
  return a === undefined || b === undefined ? undefined : [a, b];
}

/** The grid in pixels of another input. Pixel j, of k pixels each, is centred at k·j + (k − 1)/2. */
export function gridIn(grid: Grid, pixels: InputScale | undefined): Grid | undefined {
  if (grid.pixels === pixels) return grid;
  const ratio = pixelsPer(grid.pixels, pixels);
  if (ratio === undefined) return undefined;
  const middle = rational(ratio.numerator - ratio.denominator, 2 * ratio.denominator);
  return {
    stride: multiply(grid.stride, ratio),
    offset: add(multiply(grid.offset, ratio), middle),
    ...(pixels === undefined ? {} : { pixels }),
  };
}

/** The pixels of another input that the receptive field touches, where each of its own covers `ratio` of them. */
export function fieldIn({ low, high }: Field, { numerator, denominator }: Rational): Field {
  return {
    low: floorDivide(low * numerator, denominator),
    high: ceilDivide((high + 1) * numerator, denominator) - 1,
  };
}

/** The geometry in pixels of another input. What has no grid, or sees everything, does so in any pixels. */
export function geometryIn(geometry: AxisGeometry, pixels: InputScale | undefined): AxisGeometry {
  const own = gridWithin(geometry);
  if (own === undefined || own.pixels === pixels) return geometry;
  const grid = gridIn(own, pixels);
  const ratio = pixelsPer(own.pixels, pixels);
  if (grid === undefined || ratio === undefined) return placedBySize(geometry, unrelated);
  if (geometry.kind !== "grid") return { ...geometry, grid };
  return equals(ratio, rational(1)) ? { ...geometry, ...grid } : gridFieldsIn(geometry, grid, ratio);
}

function gridFieldsIn(geometry: GridGeometry, grid: Grid, ratio: Rational): AxisGeometry {
  const phases = geometry.fields.length;
  const turns = ratio.denominator / gcd(ratio.denominator, geometry.advance);
  const advance = (geometry.advance * turns * ratio.numerator) / ratio.denominator;
  return gridOf(grid, phases * turns, advance, (cell) => {
    const field = fieldOfCell(geometry, cell);
    return field === undefined ? undefined : fieldIn(field, ratio);
  });
}
