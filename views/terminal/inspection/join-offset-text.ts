/** The distance between the feature maps of joins, in words. */
import { type ExactApart, exactApart } from "../../../compiler/analyses/alignment/exact-apart.ts";
import {
  type JoinOffset,
  joinOffsets,
  type PlacedMaps,
} from "../../../compiler/analyses/alignment/join-offsets.ts";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { Exact } from "../../../compiler/geometry/exact.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { counted, isNegative, magnitude } from "../../text/exact-text.ts";

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
function joinOffsetText(graph: Graph, { join, first, other, apart }: JoinOffset, notation: Notation): string {
  const name = (id: number): string => graph.nodes[id]?.name ?? String(id);
  const exact = perAxis((axis) => exactApart(apart[axis]));
  return `${name(join)}: ${name(other)} ${apartText(exact, name(first), notation)}`;
}

/** "is 1/2 pixel (1/4 position) past conv1"; both axes where they differ. */
export function apartText([y, x]: PerAxis<ExactApart>, first: string, notation: Notation): string {
  const [down, across] = [one(y, first, notation), one(x, first, notation)];
  return down === across ? down : `${down} down, and ${across} across`;
}

function one(apart: ExactApart, first: string, { unicode }: Notation): string {
  switch (apart.kind) {
    case "none":
      return `is aligned with ${first}`;
    case "constant": {
      const { pixels, cells } = apart;
      return `is ${counted(pixels, "pixel")} (${counted(cells, "position")}) ${isNegative(pixels) ? "before" : "past"} ${first}`;
    }
    case "varying": {
      const signed = (value: Exact): string => {
        if (value === 0) return "0";
        return `${isNegative(value) ? (unicode ? "−" : "-") : "+"}${magnitude(value)}`;
      };
      return `is off ${first} by ${signed(apart.from)} pixels at the first position to ${signed(apart.to)} at the last`;
    }
    case "unknown":
      return `has no exact place on ${first}: ${apart.reason}`;
  }
}
