/** Geometry that is lost, in part, to the input's size. */
import type { AxisGeometry, WholeGeometry } from "./axis-geometry.ts";
import { gridWithin } from "./grid-within.ts";

/** The map after a step that places cells by the input's size; what sees everything still does. */
export function placedBySize(map: AxisGeometry, reason: string): AxisGeometry {
  return map.kind === "whole" ? { kind: "whole", grid: undefined, reason } : { kind: "sized", reason };
}

/** Sees the whole input, and lies where the map lies. */
export function wholeWhere(map: AxisGeometry): WholeGeometry {
  const grid = gridWithin(map);
  const reason = grid === undefined ? reasonOf(map) : undefined;
  return { kind: "whole", grid, ...(reason === undefined ? {} : { reason }) };
}

/** Why the map lies on no grid that holds at every size; `undefined` where it does, or lies nowhere in particular. */
export function reasonOf(map: AxisGeometry): string | undefined {
  if (map.kind === "grid" || map.grid !== undefined) return undefined;
  return map.reason;
}
