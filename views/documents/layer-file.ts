/** The layers of an inspection as a table for documents and spreadsheets. */
import type { InspectedLayer, Inspection } from "../../compiler/analyses/inspect/inspection.ts";
import type { Exact } from "../../compiler/geometry/exact.ts";
import { layerCells } from "../terminal/inspection/layer-table.ts";

export type LayerFormat = "markdown" | "csv";

/** Without a line break at the end. */
export function layerFile(inspection: Inspection, format: LayerFormat): string {
  return (format === "markdown" ? markdown(inspection) : csv(inspection)).join("\n");
}

const titles = [
  "layer",
  "operation",
  "channels",
  "height",
  "width",
  "parameters",
  "MACs",
  "stride",
  "offset",
  "receptive field",
  "crop",
];

/** As on the terminal; columns without any value are left out. */
function markdown({ layers }: Inspection): readonly string[] {
  const rows = layers.map((layer) => layerCells(layer, "×"));
  const used = titles.map((_, place) => rows.some((row) => row[place] !== ""));
  const line = (cells: readonly string[]): string =>
    `| ${cells.filter((_, place) => used[place]).join(" | ")} |`;
  // Names and operations flush left, numbers flush right.
  const rule = titles.map((_, place) => (place < 2 ? "-" : "-:"));
  return [
    line(titles),
    line(rule),
    ...rows.map((row) => line(row.map((cell) => cell.replaceAll("|", "\\|")))),
  ];
}

const columns: Readonly<Record<string, (layer: InspectedLayer) => string | number | null | undefined>> = {
  layer: ({ name }) => name,
  operation: ({ op }) => op,
  channels: ({ channels }) => channels,
  height: ({ height }) => height,
  width: ({ width }) => width,
  parameters: ({ parameters }) => parameters,
  macs: ({ macs }) => macs,
  stride_y: ({ stride }) => decimal(stride?.[0]),
  stride_x: ({ stride }) => decimal(stride?.[1]),
  offset_y: ({ offset }) => decimal(offset?.[0]),
  offset_x: ({ offset }) => decimal(offset?.[1]),
  receptive_field_y: ({ field }) => field?.[0],
  receptive_field_x: ({ field }) => field?.[1],
  crop_y: ({ crop }) => crop?.[0],
  crop_x: ({ crop }) => crop?.[1],
};

/** A spreadsheet would take 1/2 for a date. */
function decimal(value: Exact | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [numerator = Number.NaN, denominator = 1] = `${value}`.split("/").map(Number);
  return numerator / denominator;
}

/** RFC 4180, with LF between lines; numbers without separators, and nothing for what is not known. */
function csv({ layers }: Inspection): readonly string[] {
  const rows = layers.map((layer) => Object.values(columns).map((value) => `${value(layer) ?? ""}`));
  return [Object.keys(columns), ...rows].map((row) => row.map(quoted).join(","));
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
