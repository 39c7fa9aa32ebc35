/** How each augmentation moves pixels. */
import type { AugmentationOf, AugmentationsOf } from "../../../compiler/learning/augmentations/registry.ts";
import type { Random } from "../../random.ts";
import {
  type Canvas,
  mirrored,
  mirroredVertically,
  quarterTurned,
  rotated,
  scaled,
  sheared,
  shifted,
  warped,
  windowOf,
} from "../canvas.ts";
import type { SizedLayer } from "../layers/layer.ts";
import { classPixel } from "./class-pixel.ts";
import { drawElastic } from "./elastic-warp.ts";
import { drawPerspective } from "./perspective-warp.ts";

export interface PlaceDraw {
  readonly random: Random;
  /** Whether the number of rotations by 90° is to be odd, so that all images of a batch get one size; `undefined`: free. */
  readonly oddTurns: boolean | undefined;
  /** The class of each pixel of the image, −1: none; `undefined`: it has no labels. */
  readonly classes: SizedLayer | undefined;
  /** Windows begin at multiples of so many pixels. */
  readonly step: number;
}

export const placeChanges: {
  readonly [N in AugmentationsOf<"place">]: (
    canvas: Canvas,
    settings: AugmentationOf<N>,
    draw: PlaceDraw,
  ) => Canvas;
} = {
  flip: (canvas, { probability }, { random }) => (happens(probability, random) ? mirrored(canvas) : canvas),
  flip_vertical: (canvas, { probability }, { random }) =>
    happens(probability, random) ? mirroredVertically(canvas) : canvas,
  rotate: (canvas, { degrees, probability }, { random, oddTurns }) => {
    if (isQuarter(degrees)) return quarterTurned(canvas, drawTurns(canvas, probability, random, oddTurns));
    if (!happens(probability, random)) return canvas;
    return rotated(canvas, (random.between(-degrees, degrees) * Math.PI) / 180);
  },
  scale: (canvas, { factors: [least, most], probability }, { random }) =>
    happens(probability, random)
      ? scaled(canvas, least === most ? least : random.between(least, most))
      : canvas,
  shift: (canvas, { most: [down, right], probability }, { random }) => {
    if (!happens(probability, random)) return canvas;
    const whole = (most: number) => random.integer(2 * most + 1) - most;
    return shifted(canvas, whole(down), whole(right));
  },
  shear: (canvas, { degrees, probability }, { random }) => {
    if (!happens(probability, random)) return canvas;
    const of = random.integer(2) === 0 ? "columns" : "rows";
    return sheared(canvas, of, (random.between(-degrees, degrees) * Math.PI) / 180);
  },
  perspective: (canvas, { distortion, probability }, { random }) =>
    happens(probability, random) ? warped(canvas, drawPerspective(canvas, distortion, random)) : canvas,
  elastic: (canvas, { deviation, grid, probability }, { random }) =>
    happens(probability, random) ? warped(canvas, drawElastic(canvas, grid, deviation, random)) : canvas,
  crop: (canvas, { size, rare }, { random, classes, step }) =>
    rare !== undefined && classes !== undefined && happens(rare, random)
      ? classWindow(canvas, size, classes, { random, step })
      : placedWindow(canvas, size, random, step),
};

/** An augmentation for every image draws nothing. */
export function happens(probability: number, random: Random): boolean {
  return probability === 1 || random.uniform() < probability;
}

/** The share of batches whose images are turned by an odd number of 90°, each of the four numbers being equally likely. */
export function shareOfOddTurns(probability: number): number {
  return probability / 2;
}

function drawTurns(
  { wanted: [height, width] }: Canvas,
  probability: number,
  random: Random,
  odd: boolean | undefined,
): number {
  if (odd === undefined || height === width) return happens(probability, random) ? random.integer(4) : 0;
  if (odd) return 1 + 2 * random.integer(2);
  // Of the even numbers 0 and 2, the second occurs only where the image is turned.
  return random.uniform() < probability / (4 - 2 * probability) ? 2 : 0;
}

/** Rotations by multiples of 90° only. */
export function isQuarter(degrees: number): boolean {
  return degrees === 90 || degrees === 180;
}

/** A window at a random place: inside the content where it is large enough, else around it; whole pixels from its edges. */
export function placedWindow(
  canvas: Canvas,
  size: readonly [height: number, width: number],
  random: Random,
  step = 1,
): Canvas {
  return windowOf(
    canvas,
    size,
    placeOf(canvas.height, size[0], random, step),
    placeOf(canvas.width, size[1], random, step),
  );
}

/** A window that contains a pixel of a class, each class in the image being equally likely; any window where nothing is labelled. */
function classWindow(
  canvas: Canvas,
  size: readonly [height: number, width: number],
  classes: SizedLayer,
  { random, step }: Pick<PlaceDraw, "random" | "step">,
): Canvas {
  const pixel = classPixel(canvas, classes, random);
  if (pixel === undefined) return placedWindow(canvas, size, random, step);
  const [top, left] = [
    placeAround(pixel.y, canvas.height, size[0], random),
    placeAround(pixel.x, canvas.width, size[1], random),
  ];
  return windowOf(canvas, size, whole(top, step), whole(left, step));
}

/** Inside the content where it is large enough, and containing the position. */
function placeAround(position: number, content: number, window: number, random: Random): number {
  const room = Math.trunc(content - window);
  if (room <= 0) return placeOf(content, window, random);
  const [least, most] = [Math.max(0, position - window + 1), Math.min(room, position)];
  return least >= most ? most : least + random.integer(most - least + 1);
}

function placeOf(content: number, window: number, random: Random, step = 1): number {
  const room = Math.trunc(Math.trunc(content - window) / step);
  if (room === 0) return 0;
  return Math.sign(room) * random.integer(Math.abs(room) + 1) * step;
}

/** The multiple of `step` before a place. */
function whole(place: number, step: number): number {
  return Math.floor(place / step) * step;
}
