/** The value of a position while a program runs by the definitions: nothing when positions are only counted, or what it depends on. */
import { pixelsCovered, pixelsOfFinest } from "./input-units.ts";
import type { Program } from "./program.ts";

export interface CellKind<T> {
  /** @param input its number, in the order of the program */
  readonly pixel: (input: number, place: number) => T;
  /** A position computed from `count` taps; a tap that is outside its feature map is `undefined`. */
  readonly combine: (count: number, tap: (index: number) => T | undefined) => T;
  /** A position of a border that repeats or mirrors this one. */
  readonly copy: (cell: T) => T;
  /** A list equal to what was made position by position: where lists of one length are alike, one stands for all of them. */
  readonly kept?: (cells: readonly T[]) => readonly T[];
}

const countedLists = new Map<number, readonly null[]>();

/** Positions that are only counted. Feature maps of thousands of sizes are kept at once: each length is in memory once. */
export const counted: CellKind<null> = {
  pixel: () => null,
  combine: () => null,
  copy: () => null,
  kept: (cells) => {
    const known = countedLists.get(cells.length);
    if (known !== undefined) return known;
    countedLists.set(cells.length, cells);
    return cells;
  },
};

export interface Dependency {
  /** Bit j: this position depends on pixel j, as `dependenciesOn` numbers them. */
  readonly pixels: bigint;
  /** Some tap, on the way from the input, was outside its feature map: away from borders the position would depend on more pixels. */
  readonly lost: boolean;
  /** Some position on the way was a copy of another position: away from borders the position would depend on other pixels. */
  readonly copied: boolean;
}

/**
 * Weights count as positive and a maximum as a mean, so that nothing hides.
 * @param pixels the bits of a pixel of an input
 */
export function dependenciesOn(pixels: (input: number, place: number) => bigint): CellKind<Dependency> {
  return {
    pixel: (input, place) => ({ pixels: pixels(input, place), lost: false, copied: false }),
    combine,
    copy: (cell) => ({ ...cell, copied: true }),
  };
}

/** On the pixels of the finest input, in which each pixel of a coarser one covers several. */
export function dependenciesOnFinest(program: Program, axis: 0 | 1): CellKind<Dependency> {
  const ratios = pixelsOfFinest(program, axis);
  return dependenciesOn((input, place) => {
    const ratio = ratios[input];
    if (ratio === undefined) throw new Error(`there is no input ${input}`);
    const { low, high } = pixelsCovered(ratio, BigInt(place));
    return ((1n << (high - low + 1n)) - 1n) << low;
  });
}

function combine(count: number, tap: (index: number) => Dependency | undefined): Dependency {
  let pixels = 0n;
  let lost = false;
  let copied = false;
  for (let index = 0; index < count; index += 1) {
    const cell = tap(index);
    if (cell === undefined) {
      lost = true;
      continue;
    }
    pixels |= cell.pixels;
    lost ||= cell.lost;
    copied ||= cell.copied;
  }
  return { pixels, lost, copied };
}

/** The first and last pixel of a set; `undefined` when it is empty. */
export function hullOf(pixels: bigint): { readonly low: number; readonly high: number } | undefined {
  if (pixels === 0n) return undefined;
  const bits = pixels.toString(2);
  return { low: bits.length - 1 - bits.lastIndexOf("1"), high: bits.length - 1 };
}
