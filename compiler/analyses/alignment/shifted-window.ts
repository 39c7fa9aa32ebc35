/** Kernels and paddings with which a window would be elsewhere on its feature map. */
import { add, isWhole, multiply, type Rational, rational, subtract } from "../../geometry/rational.ts";
import type { Margins } from "../../ops/operation.ts";
import { reachOf } from "../../ops/padding.ts";

export interface Window {
  readonly kernel: number;
  readonly padding: Margins;
}

/** The kernels that are tried: so many elements larger or smaller. */
const kernelChanges = [0, 1, -1, 2, -2] as const;

/**
 * The windows of a convolution or pool that are `cells` positions of the feature map further on than the one given, the nearest
 * kernel first: padded alike on both sides, or as `padding = same` does.
 */
export function movedWindows(
  { kernel, padding }: Window,
  dilation: number,
  cells: Rational,
): readonly Window[] {
  const middle = (size: number): Rational => rational(reachOf(size, dilation) - 1, 2);
  const shift = add(subtract(middle(kernel), rational(padding.before)), cells);
  return kernelChanges.flatMap((change) => {
    const size = kernel + change;
    const before = subtract(middle(size), shift);
    if (size < 1 || !isWhole(before) || before.numerator < 0 || before.numerator >= reachOf(size, dilation))
      return [];
    return paddedFrom(size, before.numerator, (size - 1) * dilation);
  });
}

/** As movedWindows, of a transposed convolution; `cells` are positions of its input. */
export function movedTransposedWindows(
  { kernel, padding }: Window,
  stride: number,
  cells: Rational,
): readonly Window[] {
  const shift = add(rational(2 * padding.before - (kernel - 1), 2 * stride), cells);
  return kernelChanges.flatMap((change) => {
    const size = kernel + change;
    const before = add(multiply(shift, rational(stride)), rational(size - 1, 2));
    if (size < 1 || !isWhole(before) || before.numerator < 0) return [];
    return paddedFrom(size, before.numerator, size - stride);
  });
}

/** `surplus`: what `same` divides into before (the smaller part) and after. */
function paddedFrom(kernel: number, before: number, surplus: number): readonly Window[] {
  const alike = { kernel, padding: { before, after: before } };
  const same = surplus >= 0 && Math.floor(surplus / 2) === before && surplus % 2 === 1;
  return same ? [{ kernel, padding: { before, after: before + 1 } }, alike] : [alike];
}
