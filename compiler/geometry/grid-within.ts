/** Where the positions of a feature map are, whatever they see. */
import type { AxisGeometry, Grid } from "./axis-geometry.ts";
import { gridAlone } from "./grid.ts";

/** The one position of a global pool, and what is computed from it. */
export function liesNowhere(map: AxisGeometry): boolean {
  return map.kind === "whole" && map.grid === undefined && map.reason === undefined;
}

/** `undefined` where that is not one exact grid at every size. */
export function gridWithin(map: AxisGeometry): Grid | undefined {
  return map.kind === "grid" ? gridAlone(map) : map.grid;
}
