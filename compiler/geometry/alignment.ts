/** How two grids lie to each other. */
import type { AxisGeometry } from "./axis-geometry.ts";
import { gridWithin } from "./grid-within.ts";
import { gridsTogether } from "./input-scale.ts";
import { divide, equals, type Rational, subtract } from "./rational.ts";

/**
 * Where cell 0 of the second map lies, in cells of the first. `undefined` when their strides differ, when one has no
 * exact grid, or when they are made of inputs that are not in one proportion. Zero: cell i lies on cell i.
 */
export function offsetBetween(first: AxisGeometry, second: AxisGeometry): Rational | undefined {
  const from = gridWithin(first);
  const to = gridWithin(second);
  const both = from === undefined || to === undefined ? undefined : gridsTogether(from, to);
  if (both === undefined || !equals(both[0].stride, both[1].stride)) return undefined;
  return divide(subtract(both[1].offset, both[0].offset), both[0].stride);
}

/**
 * The cells an aligned crop cuts before the first cell of `map`, so that its grid begins where that of `reference` does.
 * No whole number: no crop aligns the two. Negative: `map` begins inside `reference`. `undefined` as offsetBetween.
 */
export function alignedCrop(map: AxisGeometry, reference: AxisGeometry): Rational | undefined {
  return offsetBetween(map, reference);
}
