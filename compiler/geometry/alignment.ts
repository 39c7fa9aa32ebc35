/** How two grids lie to each other. */
import type { AxisGeometry } from "./axis-geometry.ts";
import { gridWithin } from "./grid-within.ts";
import { divide, equals, type Rational, subtract } from "./rational.ts";

/**
 * Where cell 0 of the second map lies, in cells of the first. `undefined` when their strides differ, or when one has no
 * exact grid. Zero: cell i lies on cell i.
 */
export function offsetBetween(first: AxisGeometry, second: AxisGeometry): Rational | undefined {
  const from = gridWithin(first);
  const to = gridWithin(second);
  if (from === undefined || to === undefined || !equals(from.stride, to.stride)) return undefined;
  return divide(subtract(to.offset, from.offset), from.stride);
}

/**
 * The cells an aligned crop cuts before the first cell of `map`, so that its grid begins where that of `reference` does.
 * No whole number: no crop aligns the two. Negative: `map` begins inside `reference`. `undefined` as offsetBetween.
 */
export function alignedCrop(map: AxisGeometry, reference: AxisGeometry): Rational | undefined {
  return offsetBetween(map, reference);
}
