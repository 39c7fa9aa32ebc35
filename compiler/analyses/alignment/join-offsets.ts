/** The exact distance between the grids of joined feature maps on the input. */

import { type PerAxis, perAxis } from "../../axis.ts";
import type { AxisGeometry, Grid } from "../../geometry/axis-geometry.ts";
import { gridWithin, liesNowhere } from "../../geometry/grid-within.ts";
import { gridsTogether } from "../../geometry/input-scale.ts";
import {
  add,
  divide,
  equals,
  isWhole,
  multiply,
  type Rational,
  rational,
  subtract,
} from "../../geometry/rational.ts";
import { reasonOf } from "../../geometry/sized.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { combinedInputs, placedInputs } from "../../network/node-inputs.ts";

/** Two feature maps of one join whose positions of equal index are not at the same place of the input, or may not be. */
export interface JoinOffset {
  /** Node numbers: the join, the feature map whose grid it takes, and the other one. */
  readonly join: number;
  readonly first: number;
  readonly other: number;
  /** y, then x. */
  readonly apart: PerAxis<Apart>;
}

export type Apart =
  /** Position i of the one is at position i of the other. */
  | { readonly kind: "none" }
  /** The other feature map is so many pixels of the finest of their inputs, which are so many positions, past the first one. */
  | { readonly kind: "constant"; readonly pixels: Rational; readonly cells: Rational }
  /** Their strides differ: input pixels that the other feature map is past the first, at the first position and at the last. */
  | { readonly kind: "varying"; readonly from: Rational; readonly to: Rational }
  /** One has no exact grid that is valid at every size, or they are made of inputs that are not in one proportion. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Feature maps, as the graph has them or at one size (`geometryAt`). */
export interface PlacedMaps {
  /** By node number. */
  readonly geometry: (node: GraphNode) => PerAxis<AxisGeometry>;
  /** Size of a feature map, [height, width]; `undefined`: any size is meant. */
  readonly cells?: (node: GraphNode) => PerAxis<number>;
}

const asHeld: PlacedMaps = { geometry: (node) => node.map.geometry };

/**
 * Every pair that does not meet, in the graph's order. Each feature map of a join is compared with the first that has a grid;
 * a feature map of one position for the whole input has no particular place, and is in no pair.
 */
export function joinOffsets(graph: Graph, maps: PlacedMaps = asHeld): readonly JoinOffset[] {
  return graph.nodes.flatMap((node) => offsetsOf(graph, node, maps));
}

function offsetsOf(graph: Graph, join: GraphNode, maps: PlacedMaps): readonly JoinOffset[] {
  if (join.inputs.length < 2) return [];
  const placed = placedInputs(graph, join);
  const joined = combinedInputs(join).flatMap((id) => (placed.includes(id) ? (graph.nodes[id] ?? []) : []));
  const first = joined.find((map) => !maps.geometry(map).some(liesNowhere)) ?? joined[0];
  if (first === undefined) return [];
  return joined.flatMap((other) => {
    if (other === first) return [];
    const apart = perAxis((axis) => {
      const cells = maps.cells?.(join)[axis];
      return apartOf(maps.geometry(first)[axis], maps.geometry(other)[axis], cells);
    });
    return apart.every(({ kind }) => kind === "none")
      ? []
      : [{ join: join.id, first: first.id, other: other.id, apart }];
  });
}

/** The reason of feature maps whose inputs show no one scene. */
export const notInProportion = "they are made of inputs whose sizes have no fixed ratio";

/** `cells`: how many there are of each, where that is known: only then can grids of different strides be compared. */
export function apartOf(first: AxisGeometry, other: AxisGeometry, cells?: number): Apart {
  if (liesNowhere(first) || liesNowhere(other)) return { kind: "none" };
  const from = gridWithin(first);
  const to = gridWithin(other);
  if (from === undefined || to === undefined) {
    return { kind: "unknown", reason: reasonOf(first) ?? reasonOf(other) ?? "one lies on no grid" };
  }
  const together = gridsTogether(from, to);
  if (together === undefined) return { kind: "unknown", reason: notInProportion };
  const [own, far] = together;
  const start = subtract(far.offset, own.offset);
  if (equals(own.stride, far.stride)) {
    return start.numerator === 0
      ? { kind: "none" }
      : { kind: "constant", pixels: start, cells: divide(start, own.stride) };
  }
  if (cells === undefined) return { kind: "unknown", reason: "their strides differ" };
  const end = subtract(placeOfCell(far, cells - 1), placeOfCell(own, cells - 1));
  return start.numerator === 0 && end.numerator === 0
    ? { kind: "none" }
    : { kind: "varying", from: start, to: end };
}

/** Input pixels. */
export function placeOfCell({ stride, offset }: Grid, cell: number): Rational {
  return add(offset, multiply(stride, rational(cell)));
}

/** Whether a join of the two is off by part of a position somewhere: no crop can fix that. */
export function isFractional(apart: Apart): boolean {
  return apart.kind === "varying" || (apart.kind === "constant" && !isWhole(apart.cells));
}
