/** The distance between the feature maps of joins, in words. */
import type { PerAxis } from "../../axis.ts";
import { formatRational, negate, type Rational } from "../../geometry/rational.ts";
import type { Graph } from "../../network/graph.ts";
import { type Apart, type JoinOffset, joinOffsets, type PlacedMaps } from "./join-offsets.ts";

export interface Notation {
  readonly unicode: boolean;
}

/** A line for every pair of joined feature maps that are not aligned, after a heading; none where all are. */
export function joinOffsetLines(graph: Graph, maps: PlacedMaps, notation: Notation): readonly string[] {
  const offsets = joinOffsets(graph, maps);
  if (offsets.length === 0) return [];
  return [
    "joins whose inputs are not aligned:",
    ...offsets.map((offset) => `  ${joinOffsetText(graph, offset, notation)}`),
  ];
}

/** "concat1: pool1 is 1/2 pixel (1/4 position) past conv1" */
export function joinOffsetText(
  graph: Graph,
  { join, first, other, apart }: JoinOffset,
  notation: Notation,
): string {
  const name = (id: number): string => graph.nodes[id]?.name ?? String(id);
  return `${name(join)}: ${name(other)} ${apartText(apart, name(first), notation)}`;
}

/** "is 1/2 pixel (1/4 position) past conv1"; both axes where they differ. */
export function apartText([y, x]: PerAxis<Apart>, first: string, notation: Notation): string {
  const [down, across] = [one(y, first, notation), one(x, first, notation)];
  return down === across ? down : `${down} down, and ${across} across`;
}

function one(apart: Apart, first: string, { unicode }: Notation): string {
  switch (apart.kind) {
    case "none":
      return `is aligned with ${first}`;
    case "constant": {
      const back = apart.pixels.numerator < 0;
      const [pixels, cells] = [apart.pixels, apart.cells].map((value) => (back ? negate(value) : value)) as [
        Rational,
        Rational,
      ]; // two in, two out
      return `is ${count(pixels, "pixel")} (${count(cells, "position")}) ${back ? "before" : "past"} ${first}`;
    }
    case "varying": {
      const signed = (value: Rational): string => {
        const text = formatRational(value.numerator < 0 ? negate(value) : value);
        if (value.numerator === 0) return "0";
        return `${value.numerator < 0 ? (unicode ? "−" : "-") : "+"}${text}`;
      };
      return `is off ${first} by ${signed(apart.from)} pixels at the first position to ${signed(apart.to)} at the last`;
    }
    case "unknown":
      return `has no exact place on ${first}: ${apart.reason}`;
  }
}

/** "1/2 pixel", "1 cell", "3/2 cells" */
function count(value: Rational, unit: string): string {
  const single = value.numerator <= value.denominator;
  return `${formatRational(value)} ${unit}${single ? "" : "s"}`;
}
