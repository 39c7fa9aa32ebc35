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
  windowOf,
} from "../canvas.ts";

export interface PlaceDraw {
  readonly random: Random;
  /** Whether the number of rotations by 90° is to be odd, so that all images of a batch get one size; `undefined`: free. */
  readonly oddTurns: boolean | undefined;
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
  crop: (canvas, { size }, { random }) => placedWindow(canvas, size, random),
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
): Canvas {
  return windowOf(
    canvas,
    size,
    placeOf(canvas.height, size[0], random),
    placeOf(canvas.width, size[1], random),
  );
}

function placeOf(content: number, window: number, random: Random): number {
  const room = Math.trunc(content - window);
  if (room === 0) return 0;
  return Math.sign(room) * random.integer(Math.abs(room) + 1);
}
