/** Stride, offset and receptive field of one feature map on both axes. */
import { type PerAxis, perAxis } from "../../axis.ts";
import type { AxisGeometry, Field } from "../../geometry/axis-geometry.ts";
import { exact } from "../../geometry/exact.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import type { PlacedAxis } from "../alignment/places-at.ts";
import type { InspectedLayer } from "./inspection.ts";

/** `placed`: the feature map at the size that is asked about; used where its geometry depends on the size. */
export function layerGeometry(
  geometry: PerAxis<AxisGeometry>,
  placed?: PerAxis<PlacedAxis>,
): Pick<InspectedLayer, "stride" | "offset" | "field"> {
  const [y, x] = perAxis((axis) => gridWithin(geometry[axis]) ?? placed?.[axis].grid);
  const [fieldY, fieldX] = perAxis((axis) => rangeOn(geometry[axis], placed?.[axis]));
  return {
    stride: y && x ? [exact(y.stride), exact(x.stride)] : null,
    offset: y && x ? [exact(y.offset), exact(x.offset)] : null,
    field: fieldY && fieldX ? [fieldY.most, fieldX.most] : null,
  };
}

function rangeOn(geometry: AxisGeometry, placed: PlacedAxis | undefined): FieldRange | undefined {
  if (geometry.kind !== "sized" || placed?.fields === undefined) return fieldRange(geometry);
  return rangeOf(placed.fields);
}

export interface FieldRange {
  /** Input pixels the positions see: of the phase that sees the fewest, and of that which sees the most. */
  readonly least: number;
  readonly most: number;
}

/** Not clipped to the input; `undefined` where the receptive field is not bounded or not one exact interval per phase. */
export function fieldRange(geometry: AxisGeometry): FieldRange | undefined {
  if (geometry.kind !== "grid") return undefined;
  return rangeOf(geometry.fields);
}

export function rangeOf(fields: readonly (Field | undefined)[]): FieldRange {
  const widths = fields.map(width);
  return { least: Math.min(...widths), most: Math.max(...widths) };
}

function width(field: Field | undefined): number {
  return field === undefined ? 0 : field.high - field.low + 1;
}
