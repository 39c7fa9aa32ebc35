/**
 * One axis of fitting an image to a network: the smallest accepted input whose output covers the image.
 *
 * Coordinates are pixels of the padded input, pixel j centred at j; the image's first pixel is at `before`.
 * Output position i is centred at stride·i + offset and reaches half a stride to each side. An output covers the image when
 * every pixel's centre is within the extent of some position. Covering a whole image with a network that returns less than it reads is the
 * overlap-tile strategy of Ronneberger, Fischer & Brox 2015 (section 2).
 */
import type { Rational } from "../../compiler/geometry/rational.ts";
import { ceilDivide, floorDivide } from "../../compiler/sizes/integers.ts";

/** An output grid along one axis at one input size. */
export interface AxisGrid {
  readonly cells: number;
  /** Input pixels. */
  readonly stride: Rational;
  readonly offset: Rational;
}

export interface AxisFit {
  /** Input pixels after padding, of all patches together. */
  readonly input: number;
  /** Equal parts of the input that the network is given one by one: 1, but for a network of one size whose output covers it. */
  readonly patches: number;
  /** Pixels added before the image's first; `input − before − image` are added after its last. */
  readonly before: number;
  /** One for each output, in the order given. */
  readonly grids: readonly AxisGrid[];
}

/**
 * Places an image of `image` pixels in an input of `input` pixels so that every grid covers it; `undefined` where it
 * cannot. What is free is divided evenly, the odd pixel after the image, so that mirrored margins stay short.
 * @param step of pixels before the image there is a multiple: so many are whole pixels of every input
 */
export function placeImage(
  image: number,
  input: number,
  grids: readonly AxisGrid[],
  patches = 1,
  step = 1,
): AxisFit | undefined {
  let least = 0;
  let most = input - image;
  for (const { cells, stride, offset } of grids) {
    // Twice the first position's lower edge and the last position's upper edge, over a common denominator.
    const denominator = 2 * stride.denominator * offset.denominator;
    const centre = 2 * offset.numerator * stride.denominator;
    const half = stride.numerator * offset.denominator;
    least = Math.max(least, ceilDivide(centre - half, denominator));
    most = Math.min(most, floorDivide(centre + half * (2 * cells - 1), denominator) - image + 1);
  }
  const before = Math.floor((least + Math.floor((most - least) / 2)) / step) * step;
  const placed = before < least ? before + step : before;
  return least > most || placed > most ? undefined : { input, patches, before: placed, grids };
}

/** The image pixel at the centre of each position, rounded half up; −1 outside the image. */
export function pixelsOfCells(grid: AxisGrid, before: number, image: number): Int32Array {
  const { numerator: step, denominator: parts } = grid.stride;
  const { numerator: first, denominator: share } = grid.offset;
  const pixels = new Int32Array(grid.cells);
  for (let cell = 0; cell < grid.cells; cell++) {
    const doubled = 2 * (step * cell * share + first * parts) + parts * share;
    const pixel = floorDivide(doubled, 2 * parts * share) - before;
    pixels[cell] = pixel >= 0 && pixel < image ? pixel : -1;
  }
  return pixels;
}

/**
 * The position nearest to each image pixel, rounded half down: on a grid of stride 1 this undoes `pixelsOfCells`.
 * Pixels beyond the outermost positions get the outermost ones.
 */
export function cellsOfPixels(grid: AxisGrid, before: number, image: number): Int32Array {
  const { numerator: step, denominator: parts } = grid.stride;
  const { numerator: first, denominator: share } = grid.offset;
  const cells = new Int32Array(image);
  for (let pixel = 0; pixel < image; pixel++) {
    // (before + pixel − offset) / stride, as the fraction above / below
    const above = ((before + pixel) * share - first) * parts;
    const below = share * step;
    const cell = ceilDivide(2 * above - below, 2 * below);
    cells[pixel] = Math.min(Math.max(cell, 0), grid.cells - 1);
  }
  return cells;
}

/** The coordinate of each image pixel on the grid, not rounded, clamped to the grid; bilinear interpolation reads there. */
export function positionsOfPixels(grid: AxisGrid, before: number, image: number): Float64Array {
  const stride = grid.stride.numerator / grid.stride.denominator;
  const offset = grid.offset.numerator / grid.offset.denominator;
  const positions = new Float64Array(image);
  for (let pixel = 0; pixel < image; pixel++) {
    positions[pixel] = Math.min(Math.max((before + pixel - offset) / stride, 0), grid.cells - 1);
  }
  return positions;
}

/** The image pixel each input pixel shows: mirrored about the outermost pixels (never repeating them), or, where the image is too short for that, those repeated. */
export function sourcesOfInput(image: number, input: number, before: number): Int32Array {
  const after = input - before - image;
  const mirrorBefore = before < image;
  const mirrorAfter = after < image;
  const sources = new Int32Array(input);
  for (let at = 0; at < input; at++) {
    const pixel = at - before;
    if (pixel < 0) sources[at] = mirrorBefore ? -pixel : 0;
    else if (pixel >= image) sources[at] = mirrorAfter ? 2 * (image - 1) - pixel : image - 1;
    else sources[at] = pixel;
  }
  return sources;
}
