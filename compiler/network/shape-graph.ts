/** The concrete shapes of every feature map of a graph at given input sizes, and the positions every crop removes there. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { MapShape } from "../ops/operation.ts";
import type { AxisPositions } from "../ops/reads.ts";
import { operationOf } from "../ops/registry.ts";
import { withRole } from "../ops/roles.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { sizeAt } from "../sizes/size-table.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { isAccepted, nearestAccepted } from "./nearest-accepted.ts";
import type { ShapeRefusal } from "./shape-refusal.ts";

export interface ShapedGraph {
  readonly kind: "shaped";
  readonly graph: Graph;
  /** The size symbols' values: { H: 572, W: 572 }. */
  readonly sizes: ReadonlyMap<string, number>;
  /** [channels, height, width] of every node's feature map, by node id. */
  readonly shapes: readonly MapShape[];
  /** crop_to nodes: positions cropped before the first, [y, x], by node id. */
  readonly cuts: ReadonlyMap<number, PerAxis<number>>;
}

/** `sizes` gives every symbol of `graph.accepts` a value; a size that is not accepted is refused. */
export function shapeGraph(graph: Graph, sizes: ReadonlyMap<string, number>): ShapedGraph | ShapeRefusal {
  const shapes: MapShape[] = [];
  const cuts = new Map<number, PerAxis<number>>();
  for (const symbol of graph.accepts.keys()) {
    if (!sizes.has(symbol)) return refuseSize(graph, sizes, symbol, { reason: "no size is given" });
  }
  for (const node of graph.nodes) {
    const height = cellsAt(node.map.size[0], sizes);
    const width = cellsAt(node.map.size[1], sizes);
    if (height === undefined || width === undefined) {
      const axis = height === undefined ? 0 : 1;
      return refuseSize(graph, sizes, node.map.size[axis].symbol, causeOf(node, axis, shapes));
    }
    shapes.push([node.map.channels, height, width]);
    const cut = cutOf(node, shapes);
    if (cut !== undefined) {
      const axis = ([0, 1] as const).find((a) => !Number.isInteger(cut[a]) || cut[a] < 0);
      if (axis !== undefined)
        return refuseSize(graph, sizes, node.map.size[axis].symbol, causeOf(node, axis, shapes));
      cuts.set(node.id, cut);
    }
  }
  for (const [symbol, accepted] of graph.accepts) {
    const size = sizes.get(symbol);
    if (size !== undefined && !isAccepted(accepted, size)) return refuseSize(graph, sizes, symbol, undefined);
  }
  return { kind: "shaped", graph, sizes, shapes, cuts };
}

/** Positions cropped before the first, of a crop to another feature map. Given: the shapes up to the node's own are known. */
function cutOf(node: GraphNode, shapes: readonly MapShape[]): PerAxis<number> | undefined {
  const { offsetAt } = operationOf(node);
  if (offsetAt === undefined) return undefined;
  return perAxis((axis) => offsetAt(node.attributes, axisPositions(shapes, node, axis)));
}

/** How many positions a node's feature map and inputs have along an axis, where their shapes are known. */
export function axisPositions(shapes: readonly MapShape[], node: GraphNode, axis: 0 | 1): AxisPositions {
  const along = (id: number): number => {
    const shape = shapes[id];
    if (shape === undefined) throw new Error(`the feature map of node ${id} has no shape yet`);
    return shape[axis === 0 ? 1 : 2];
  };
  return { axis, inputs: node.inputs.map(along), output: along(node.id) };
}

/** `undefined` where the feature map does not exist. */
function cellsAt(size: SizeFunction, sizes: ReadonlyMap<string, number>): number | undefined {
  const at = size.symbol === undefined ? 0 : sizes.get(size.symbol);
  if (at === undefined) throw new Error(`no size for ${size.symbol}`);
  return Number.isSafeInteger(at) && at >= 0 ? sizeAt(size, at) : undefined;
}

interface Cause {
  readonly node?: string;
  /** "concat1" joins feature maps that are 34 and 33 high */
  readonly reason: string;
}

/** Why a node has no feature map at sizes at which its inputs have these shapes. */
function causeOf(node: GraphNode, axis: 0 | 1, shapes: readonly MapShape[]): Cause {
  const { name, inputs } = node;
  const { kind, inputs: roles } = operationOf(node);
  const given = inputs.flatMap((id) => shapes[id]?.[axis === 0 ? 1 : 2] ?? []);
  const extent = axis === 0 ? "high" : "wide";
  const [first, second] = given;
  const because = (reason: string): Cause => ({ node: name, reason: `"${name}" ${reason}` });
  if (kind === "crop" && second !== undefined)
    return because(`cannot crop a feature map that is ${first} ${extent} to ${second}`);
  // A feature map that only gives a size need not have it already.
  const other = withRole(roles, given, "values", "indices", "colours").find((cells) => cells !== first);
  if (other !== undefined) return because(`joins feature maps that are ${first} and ${other} ${extent}`);
  return because(
    first === undefined
      ? "has no position there"
      : `has no output for a feature map that is ${first} ${extent}`,
  );
}

function refuseSize(
  graph: Graph,
  sizes: ReadonlyMap<string, number>,
  symbol: string | undefined,
  cause: Cause | undefined,
): ShapeRefusal {
  const accepted = symbol === undefined ? undefined : graph.accepts.get(symbol);
  const size = symbol === undefined ? undefined : sizes.get(symbol);
  const near = accepted === undefined ? undefined : nearestAccepted(accepted, size ?? 0);
  const asked =
    symbol === undefined ? "its constant size" : size === undefined ? symbol : `${symbol} = ${size}`;
  return {
    kind: "refused",
    message: `${graph.name} does not accept ${asked}${cause === undefined ? "" : `: ${cause.reason}`}${nearby(near)}`,
    node: cause?.node,
    symbol,
    size,
    accepted,
    below: near?.below,
    above: near?.above,
  };
}

function nearby(near: ReturnType<typeof nearestAccepted> | undefined): string {
  if (near === undefined) return "";
  const sizes = [near.below, near.above].filter((size) => size !== undefined);
  return sizes.length === 0
    ? ""
    : `; the nearest accepted ${sizes.length === 1 ? "is" : "are"} ${sizes.join(" and ")}`;
}
