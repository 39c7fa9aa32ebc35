/** The layers of an inspection as a table. */

import type { InspectedLayer, Inspection } from "../../../compiler/analyses/inspect/inspection.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import { thousands, withPrefix } from "../../text/numbers.ts";
import { type Column, fitTable } from "../../text/table.ts";

const columns: readonly Column[] = [
  { title: "layer", align: "left" },
  { title: "operation", align: "left", drop: 6 },
  { title: "channels", align: "right" },
  { title: "height", align: "right" },
  { title: "width", align: "right" },
  { title: "parameters", align: "right", drop: 7 },
  { title: "MACs", align: "right", drop: 3 },
  { title: "stride", align: "right", drop: 4 },
  { title: "offset", align: "right", drop: 2 },
  { title: "receptive field", align: "right", drop: 5 },
  { title: "crop", align: "right", drop: 1 },
];

/** The titles, then a line per layer. Stride, offset, receptive field and crop are one number where both axes agree, else y×x. */
export function layerTable(inspection: Inspection, times: string, width?: number): readonly string[] {
  return fitTable(
    columns,
    inspection.layers.map((layer) => layerCells(layer, times)),
    width,
  );
}

/** In the order of the columns; empty where there is nothing to say. */
export function layerCells(layer: InspectedLayer, times: string): readonly string[] {
  return [
    layer.name,
    layer.op,
    String(layer.channels),
    String(layer.height),
    String(layer.width),
    layer.parameters === 0 ? "" : thousands(layer.parameters),
    layer.macs === null || layer.macs === 0 ? "" : withPrefix(layer.macs, ""),
    both(layer.stride, times),
    both(layer.offset, times),
    both(layer.field, times),
    layer.crop === undefined ? "" : both(layer.crop, times),
  ];
}

/** Nothing for what does not exist; "?" for the axis that depends on the size. */
function both(values: PerAxis<number | string | null> | null, times: string): string {
  if (values === null) return "";
  const [y, x] = values.map((value) => value ?? "?");
  return y === x ? `${y}` : `${y}${times}${x}`;
}
