/** Where the cells of a map lie, whatever they see. */
import type { AxisGeometry, Grid } from "./axis-geometry.ts";
import { gridAlone } from "./grid.ts";

/** The one cell of a global pool, and what is made of it. */
export function liesNowhere(map: AxisGeometry): boolean {
  return map.kind === "whole" && map.grid === undefined && map.reason === undefined;
}

/** `undefined` where that is not one exact grid at every size. */
export function gridWithin(map: AxisGeometry): Grid | undefined {
  return map.kind === "grid" ? gridAlone(map) : map.grid;
}
