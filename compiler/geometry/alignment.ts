/** The offset between two grids. */
import type { AxisGeometry } from "./axis-geometry.ts";
import { gridWithin } from "./grid-within.ts";
import { gridsTogether } from "./input-scale.ts";
import { divide, equals, type Rational, subtract } from "./rational.ts";

/**
 * Where position 0 of the second feature map is, in positions of the first. `undefined` when their strides differ, when one has
 * no exact grid, or when they are made of inputs that are not in one proportion. Zero: position i is at position i.
 */
export function offsetBetween(first: AxisGeometry, second: AxisGeometry): Rational | undefined {
  const from = gridWithin(first);
  const to = gridWithin(second);
  const both = from === undefined || to === undefined ? undefined : gridsTogether(from, to);
  if (both === undefined || !equals(both[0].stride, both[1].stride)) return undefined;
  return divide(subtract(both[1].offset, both[0].offset), both[0].stride);
}

/**
 * The positions an aligned crop removes before the first position of `map`, so that its grid begins where that of `reference`
 * does. No whole number: no crop aligns the two. Negative: `map` begins inside `reference`. `undefined` as offsetBetween.
 */
export function alignedCrop(map: AxisGeometry, reference: AxisGeometry): Rational | undefined {
  return offsetBetween(map, reference);
}
