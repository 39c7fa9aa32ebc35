/** Which predictions of one image are averaged: by several weights, of the image flipped and resized (test-time augmentation). */
import { type Flip, unflipped } from "./flip-map.ts";

export interface Averaging {
  /** Among them that of no flip. */
  readonly flips: readonly Flip[];
  /** Of the image's size. */
  readonly scales: readonly number[];
  /** Predictions with dropout (Monte Carlo dropout), each with masks of its own; left out: one without. */
  readonly passes?: DropoutPasses | undefined;
  /** Whether the mean of the entropies of the predictions is a channel more of every output that learned classes. */
  readonly entropy?: boolean | undefined;
}

export interface DropoutPasses {
  readonly count: number;
  readonly seed: number;
}

export const single: Averaging = { flips: [unflipped], scales: [1] };

/** Whether an image is predicted once by each of the weights, as it is. */
export function isSingle({ flips, scales, passes }: Averaging): boolean {
  return passes === undefined && flips.length === 1 && scales.length === 1 && scales[0] === 1;
}

/** Predictions by each of the weights. */
export function predictionsOf({ flips, scales, passes }: Averaging): number {
  return flips.length * scales.length * (passes?.count ?? 1);
}

/** Every combination of the given axes, as nnU-Net mirrors. */
export function combinedFlips({ vertical, horizontal }: Flip): readonly Flip[] {
  const along = (given: boolean) => (given ? [false, true] : [false]);
  return along(vertical).flatMap((down) =>
    along(horizontal).map((across) => ({ vertical: down, horizontal: across })),
  );
}

/** The axes along which some image is flipped. */
export function flippedAxes(flips: readonly Flip[]): readonly [vertical: boolean, horizontal: boolean] {
  return [flips.some(({ vertical }) => vertical), flips.some(({ horizontal }) => horizontal)];
}

/** [height, width] of an image resized by a factor, at least one pixel. */
export function resizedSize(
  [height, width]: readonly [number, number],
  scale: number,
): readonly [height: number, width: number] {
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}
