/** The concrete shapes of every feature map of a graph at given input sizes, and the positions every crop removes there. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { MapShape } from "../ops/operation.ts";
import type { SizeFunction } from "../sizes/size-function.ts";
import { sizeAt } from "../sizes/size-table.ts";
import type { Graph, GraphNode, NodeOf } from "./graph.ts";
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
    if (node.operation === "crop_to") {
      const cut = cutOf(node, shapes);
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

/** Given: both inputs' shapes are known. A centred crop removes half the difference on each side. */
function cutOf(node: NodeOf<"crop_to">, shapes: readonly MapShape[]): PerAxis<number> {
  const [cut, target] = node.inputs.map((id) => shapes[id]);
  if (cut === undefined || target === undefined) throw new Error(`${node.name} lacks its two inputs`);
  return perAxis(
    (axis) => node.attributes.offset[axis] ?? (cut[(axis + 1) as 1 | 2] - target[(axis + 1) as 1 | 2]) / 2,
  );
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
function causeOf({ name, operation, inputs }: GraphNode, axis: 0 | 1, shapes: readonly MapShape[]): Cause {
  const given = inputs.flatMap((id) => shapes[id]?.[axis === 0 ? 1 : 2] ?? []);
  const extent = axis === 0 ? "high" : "wide";
  const [first, second] = given;
  const because = (reason: string): Cause => ({ node: name, reason: `"${name}" ${reason}` });
  if (operation === "crop_to") return because(`cannot crop a map that is ${first} ${extent} to ${second}`);
  const other = given.find((cells) => cells !== first);
  if (other !== undefined && operation !== "resize_to")
    return because(`joins maps that are ${first} and ${other} ${extent}`);
  return because(
    first === undefined ? "has no position there" : `has no result for a map that is ${first} ${extent}`,
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
