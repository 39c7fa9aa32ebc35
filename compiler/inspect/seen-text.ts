/** How much of the input the cells of a map see, and where they lie on it, in words. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { PlacedAxis } from "../explain/places-at.ts";
import type { AxisGeometry, Grid } from "../geometry/axis-geometry.ts";
import { gridWithin } from "../geometry/grid-within.ts";
import { unrelated } from "../geometry/input-scale.ts";
import { reasonOf } from "../geometry/sized.ts";
import { exact } from "./exact.ts";
import { fieldRange, rangeOf } from "./layer-geometry.ts";

/** `placed`: at the size that is asked about. */
export function seenText(geometry: PerAxis<AxisGeometry>, placed?: PerAxis<PlacedAxis>): string {
  const fields = perAxis((axis) => fieldText(geometry[axis], placed?.[axis]));
  const grids = perAxis((axis) => gridText(geometry[axis], placed?.[axis]));
  const both = ([y, x]: readonly [string, string], between: string): string =>
    y === x ? y : `${y}${between}${x}`;
  const seen = `${both(fields, " high, ")}${fields[0] === fields[1] ? "" : " wide"}`;
  const lies = both(grids, " down; across ");
  return lies === "" ? seen : `${seen}      ${lies}`;
}

function fieldText(geometry: AxisGeometry, placed: PlacedAxis | undefined): string {
  if (geometry.kind === "whole") return "the whole input";
  if (geometry.kind === "sized" && placed?.fields !== undefined)
    return `up to ${pixels(rangeOf(placed.fields).most)} at this size`;
  const range = fieldRange(geometry);
  if (geometry.kind === "sized" && geometry.reason === unrelated) return "not known";
  if (range === undefined) return "depends on the input's size";
  return range.least === range.most
    ? pixels(range.most)
    : `${range.least} to ${pixels(range.most)}, by phase`;
}

function gridText(geometry: AxisGeometry, placed: PlacedAxis | undefined): string {
  const grid = gridWithin(geometry);
  if (grid !== undefined) return placeText(grid);
  if (placed?.grid !== undefined) return `${placeText(placed.grid)} at this size`;
  return reasonOf(geometry) ?? "";
}

export function placeText(grid: Grid): string {
  const stride = exact(grid.stride);
  const offset = exact(grid.offset);
  return stride === 1 && offset === 0
    ? "stride 1, aligned to the input"
    : `stride ${stride}, offset ${offset}`;
}

function pixels(count: number): string {
  return `${count} ${count === 1 ? "pixel" : "pixels"}`;
}
