/** The geometry of unpooling to the places of a pool's maxima. */
import type { AxisGeometry } from "./axis-geometry.ts";
import { compose } from "./grid-step.ts";
import { join } from "./join.ts";
import { transposedWindowStep } from "./windows.ts";

/**
 * A position takes the value of every window of the pool whose maximum may have been there; it depends on that value and on
 * what decided the maximum, so it sees what either sees. The grid is that of the pool's input.
 */
export function unpooled(
  values: AxisGeometry,
  pool: AxisGeometry,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
): AxisGeometry {
  const spread = transposedWindowStep(kernel, stride, before, dilation);
  return join([compose(pool, spread), compose(values, spread)]);
}
