/** The receptive field of a feature map, and where its positions are on the input, in words. */

import type { PlacedAxis } from "../../../compiler/analyses/alignment/places-at.ts";
import { type FieldRange, fieldRange, rangeOf } from "../../../compiler/analyses/inspect/layer-geometry.ts";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { AxisGeometry, Grid } from "../../../compiler/geometry/axis-geometry.ts";
import { exact } from "../../../compiler/geometry/exact.ts";
import { gridWithin } from "../../../compiler/geometry/grid-within.ts";
import { unrelated } from "../../../compiler/geometry/input-scale.ts";
import { reasonOf } from "../../../compiler/geometry/sized.ts";

/** `placed`: the feature map at one size of the input. */
export function seenText(
  geometry: PerAxis<AxisGeometry>,
  { unicode }: { readonly unicode: boolean },
  placed?: PerAxis<PlacedAxis>,
): string {
  const fields = perAxis((axis) => fieldText(geometry[axis], placed?.[axis], unicode ? "–" : "-"));
  const grids = perAxis((axis) => gridText(geometry[axis], placed?.[axis]));
  const both = ([y, x]: readonly [string, string], between: string): string =>
    y === x ? y : `${y}${between}${x}`;
  const varies = geometry.some((axis) => differs(fieldRange(axis)));
  const seen = `${both(fields, " high, ")}${fields[0] === fields[1] ? "" : " wide"}${varies ? ", depends on position" : ""}`;
  const lies = both(grids, " down; across ");
  return lies === "" ? seen : `${seen}   ${lies}`;
}

function fieldText(geometry: AxisGeometry, placed: PlacedAxis | undefined, dash: string): string {
  if (geometry.kind === "whole") return "the whole input";
  if (geometry.kind === "sized" && placed?.fields !== undefined)
    return `up to ${pixels(rangeOf(placed.fields).most)} at this size`;
  const range = fieldRange(geometry);
  if (geometry.kind === "sized" && geometry.reason === unrelated) return "not known";
  if (range === undefined) return "depends on the input's size";
  return pixels(differs(range) ? `${range.least}${dash}${range.most}` : range.most);
}

function differs(range: FieldRange | undefined): boolean {
  return range !== undefined && range.least !== range.most;
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

function pixels(count: number | string): string {
  return `${count} px`;
}
