/** The value of a position while a program runs by the definitions: nothing when positions are only counted, or what it depends on. */

export interface CellKind<T> {
  readonly pixel: (place: number) => T;
  /** A position computed from `count` taps; a tap that is outside its feature map is `undefined`. */
  readonly combine: (count: number, tap: (index: number) => T | undefined) => T;
  /** A position of a border that repeats or mirrors this one. */
  readonly copy: (cell: T) => T;
}

/** Positions that are only counted. */
export const counted: CellKind<null> = {
  pixel: () => null,
  combine: () => null,
  copy: () => null,
};

export interface Dependency {
  /** Bit j: this position depends on pixel j. */
  readonly pixels: bigint;
  /** Some tap, on the way from the input, was outside its feature map: away from borders the position would depend on more pixels. */
  readonly lost: boolean;
  /** Some position on the way was a copy of another position: away from borders the position would depend on other pixels. */
  readonly copied: boolean;
}

/** Weights count as positive and a maximum as a mean, so that nothing hides. */
export const dependencies: CellKind<Dependency> = {
  pixel: (place) => ({ pixels: 1n << BigInt(place), lost: false, copied: false }),
  combine: (count, tap) => {
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
  },
  copy: (cell) => ({ ...cell, copied: true }),
};

/** The first and last pixel of a set; `undefined` when it is empty. */
export function hullOf(pixels: bigint): { readonly low: number; readonly high: number } | undefined {
  if (pixels === 0n) return undefined;
  const bits = pixels.toString(2);
  return { low: bits.length - 1 - bits.lastIndexOf("1"), high: bits.length - 1 };
}
