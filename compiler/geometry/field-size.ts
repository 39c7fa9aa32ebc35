/** How many input pixels the cells of a map see. */
import type { AxisGeometry } from "./axis-geometry.ts";

/** Input pixels that the cell with the largest field sees, holes and what lies outside the input included; `undefined` when not bounded or not exact. */
export function largestField(geometry: AxisGeometry): number | undefined {
  return geometry.kind === "grid" ? Math.max(...fieldSizes(geometry.fields)) : undefined;
}

/** As largestField, for the cell with the smallest; 0 where some cells see nothing. */
export function smallestField(geometry: AxisGeometry): number | undefined {
  return geometry.kind === "grid" ? Math.min(...fieldSizes(geometry.fields)) : undefined;
}

function fieldSizes(fields: readonly ({ low: number; high: number } | undefined)[]): readonly number[] {
  return fields.map((field) => (field === undefined ? 0 : field.high - field.low + 1));
}
