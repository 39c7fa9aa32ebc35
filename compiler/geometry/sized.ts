/** Geometry that is lost, in part, to the input's size. */
import type { AxisGeometry, WholeGeometry } from "./axis-geometry.ts";
import { gridWithin } from "./grid-within.ts";

/** The feature map after a step that places positions by the input's size; what sees everything still does. */
export function placedBySize(map: AxisGeometry, reason: string): AxisGeometry {
  return map.kind === "whole" ? { kind: "whole", grid: undefined, reason } : { kind: "sized", reason };
}

/** It sees the whole input, and has the grid of the feature map. */
export function wholeWhere(map: AxisGeometry): WholeGeometry {
  const grid = gridWithin(map);
  const reason = grid === undefined ? reasonOf(map) : undefined;
  return { kind: "whole", grid, ...(reason === undefined ? {} : { reason }) };
}

/** Why the feature map has no grid that is valid at every size; `undefined` where it has one, or has no particular place. */
export function reasonOf(map: AxisGeometry): string | undefined {
  if (map.kind === "grid" || map.grid !== undefined) return undefined;
  return map.reason;
}
