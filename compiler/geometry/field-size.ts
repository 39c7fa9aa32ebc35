/** How many input pixels the positions of a feature map see. */
import type { AxisGeometry } from "./axis-geometry.ts";

/**
 * Input pixels that the position with the largest receptive field sees, holes and what is outside the input included; `undefined`
 * when not bounded or not exact.
 */
export function largestField(geometry: AxisGeometry): number | undefined {
  return geometry.kind === "grid" ? Math.max(...fieldSizes(geometry.fields)) : undefined;
}

/** As largestField, for the position with the smallest; 0 where some positions see nothing. */
export function smallestField(geometry: AxisGeometry): number | undefined {
  return geometry.kind === "grid" ? Math.min(...fieldSizes(geometry.fields)) : undefined;
}

function fieldSizes(fields: readonly ({ low: number; high: number } | undefined)[]): readonly number[] {
  return fields.map((field) => (field === undefined ? 0 : field.high - field.low + 1));
}
