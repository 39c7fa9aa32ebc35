/** A change of one operation after which the grids of a join meet, found by trying it. */

import { type PerAxis, perAxis } from "../../axis.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { alignedCrop } from "../../geometry/alignment.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { gridsTogether } from "../../geometry/input-scale.ts";
import {
  divide,
  equals,
  isWhole,
  multiply,
  negate,
  type Rational,
  rational,
} from "../../geometry/rational.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { nodeCall } from "../../network/node-call.ts";
import { rebuild } from "../../network/rebuild.ts";
import { isCropTo } from "../../ops/cropping.ts";
import { type AnyOperation, operationOf } from "../../ops/registry.ts";
import { writeAttributes } from "../../ops/schema.ts";
import type { Window as SlidingWindow } from "../../ops/windowed.ts";
import { isEmpty, without } from "../../sizes/size-set.ts";
import { gridChain } from "./grid-chain.ts";
import { type JoinOffset, joinOffsets } from "./join-offsets.ts";
import { movedTransposedWindows, movedWindows, type Window } from "./shifted-window.ts";

export interface AligningChange {
  /** The operations that are changed: one call of the source may have made several. */
  readonly nodes: readonly [number, ...number[]];
  /** As it is, and as it would be: "maxpool(2x2)", "maxpool(3x3, stride = 2, padding = same)". */
  readonly from: string;
  readonly to: string;
  /** The network as it would be: this join meets, and no other is worse. */
  readonly graph: Graph;
  /** Whether every size that was accepted still is. */
  readonly keepsSizes: boolean;
}

/** No more are tried for one join. */
const mostTried = 16;

/**
 * The first that works: it keeps the accepted sizes rather than not, changes no weights rather than some, and the kernel as
 * little as can be. `undefined`: none was found among crops, resamplings, and kernels up to two elements larger or smaller.
 */
export function aligningChange(graph: Graph, offset: JoinOffset): AligningChange | undefined {
  const before = joinOffsets(graph).length;
  let losing: AligningChange | undefined;
  for (const node of candidates(graph, offset).slice(0, mostTried)) {
    const alike = madeAlike(graph, node);
    const made = rebuild(graph, alike);
    if (made === undefined) continue;
    const left = joinOffsets(made);
    const mended = !left.some(({ join, other }) => join === offset.join && other === offset.other);
    if (!mended || left.length >= before) continue;
    const held = graph.nodes[node.id];
    if (held === undefined) continue;
    const nodes = [node.id, ...[...alike.keys()].filter((id) => id !== node.id)] as const;
    const change = { nodes, from: nodeCall(held), to: nodeCall(node), graph: made };
    if (acceptsAll(graph, made)) return { ...change, keepsSizes: true };
    losing ??= { ...change, keepsSizes: false };
  }
  return losing;
}

/**
 * The centred crop of a join whose feature maps an aligned one would bring together exactly: `undefined` where no feature map of
 * the join was cropped so.
 */
export function cropThatCouldAlign(graph: Graph, offset: JoinOffset): number | undefined {
  return [offset.first, offset.other].find((id) => {
    const node = graph.nodes[id];
    if (node === undefined || !isCropTo(node) || node.attributes.rule !== "centred") return false;
    const [own, reference] = node.inputs.map((input) => graph.nodes[input]?.map);
    if (own === undefined || reference === undefined) return false;
    return ([0, 1] as const).every((axis) => {
      const cut = alignedCrop(own.geometry[axis], reference.geometry[axis]);
      return cut !== undefined && isWhole(cut) && cut.numerator >= 0;
    });
  });
}

/** Operations between the last feature map that both sides come from and the join, each as it would be after a change. */
function candidates(graph: Graph, offset: JoinOffset): readonly GraphNode[] {
  const [first, other] = [offset.first, offset.other].map((id) => gridChain(graph, id));
  if (first === undefined || other === undefined) return [];
  const others = new Set(other);
  const shared = new Set(first.filter((node) => others.has(node)));
  const found = [
    ...other.filter((node) => !shared.has(node)).flatMap((node) => changed(graph, node, offset, true)),
    ...first.filter((node) => !shared.has(node)).flatMap((node) => changed(graph, node, offset, false)),
  ];
  return found
    .map((node, place) => ({ node, place, cost: costOf(graph, node) }))
    .sort((a, b) => a.cost - b.cost || a.place - b.place)
    .map(({ node }) => node);
}

/** The change, made to every operation that the same call made with the same windows: by a loop, or in a block. */
function madeAlike(graph: Graph, node: GraphNode): ReadonlyMap<number, GraphNode> {
  const held = graph.nodes[node.id];
  const { span } = node.origin;
  const like = graph.nodes.filter(
    (other) =>
      other === held ||
      (held !== undefined &&
        span !== undefined &&
        other.origin.span?.file === span.file &&
        other.origin.span.start === span.start &&
        other.origin.span.end === span.end &&
        other.operation === held.operation &&
        placing(other) === placing(held)),
  );
  return new Map(like.map((other) => [other.id, changedAlike(other, node)]));
}

/** The attributes that say where positions are. */
function placing(node: GraphNode): string {
  const written = writeAttributes(operationOf(node).schema, node.attributes);
  const placed = written.filter(({ name, policy }) => !policy && name !== "channels");
  return placed.map(({ text }) => text).join(" ");
}

function changedAlike(held: GraphNode, { attributes }: GraphNode): GraphNode {
  const own = "channels" in held.attributes ? { channels: held.attributes.channels } : {};
  return { ...held, attributes: { ...attributes, ...own } } as GraphNode; // both are of one operation
}

/**
 * Rules of crops and resampling first, then what changes the resolution, pools before convolutions, then the other windows;
 * small changes before large ones.
 */
function costOf(graph: Graph, node: GraphNode): number {
  const held = graph.nodes[node.id];
  if (!("kernel" in node.attributes) || held === undefined || !("kernel" in held.attributes)) return 0;
  const was = held.attributes.kernel;
  const is = node.attributes.kernel;
  const grown = Math.abs(is[0] - was[0]) + Math.abs(is[1] - was[1]);
  const even = is.some((cells) => cells % 2 === 0) && operationOf(node).kind === "convolution" ? 5 : 0;
  const steady = "stride" in node.attributes && node.attributes.stride.every((cells) => cells === 1) ? 40 : 0;
  return steady + (node.weights.length > 0 ? 20 : 10) + grown + even;
}

/** `back`: the node is on the other feature map's side, which is too far on; else on the first's, which is too far back. */
function changed(graph: Graph, node: GraphNode, offset: JoinOffset, back: boolean): readonly GraphNode[] {
  const { realigned, windowed } = operationOf(node);
  const attributes = realigned?.(node.attributes);
  if (attributes !== undefined) return [{ ...node, attributes } as GraphNode]; // of the same operation
  if (windowed === undefined) return [];
  const window = windowed.of(node.attributes);
  const [y, x] = perAxis((axis) => cellsToMove(graph, node, offset, axis, back));
  if (y === undefined || x === undefined) return [];
  const whole = movedBy(node, windowed, [y, x]);
  // One call that made several operations shares the way between them: the least that a kernel moves by, each, adds up.
  const halves = perAxis((axis) => {
    const cells = windowed.transposed ? window.stride[axis] : 1;
    return rational(Math.sign((axis === 0 ? y : x).numerator), 2 * cells);
  });
  return halves.every((half, axis) => equals(half, axis === 0 ? y : x))
    ? whole
    : [...whole, ...movedBy(node, windowed, halves)];
}

/** The same change of kernel on both axes. */
function movedBy(node: GraphNode, windowed: NodeWindow, [y, x]: PerAxis<Rational>): readonly GraphNode[] {
  const held = windowed.of(node.attributes);
  const rows = windowsFor(held, windowed.transposed, 0, y);
  const columns = windowsFor(held, windowed.transposed, 1, x);
  const grown = ({ kernel }: Window, axis: 0 | 1): number => kernel - held.kernel[axis];
  const moved = (cells: Rational): boolean => cells.numerator !== 0;
  return rows.flatMap((row) =>
    columns
      .filter((column) => !moved(y) || !moved(x) || grown(row, 0) === grown(column, 1))
      .map((column) => withWindows(node, windowed, [row, column])),
  );
}

type NodeWindow = NonNullable<AnyOperation["windowed"]>;

/** By how many positions of its input the node's window has to move; `undefined` where that is not one number. */
function cellsToMove(
  graph: Graph,
  node: GraphNode,
  { apart, first }: JoinOffset,
  axis: 0 | 1,
  back: boolean,
): Rational | undefined {
  const off = apart[axis];
  if (off.kind === "none") return rational(0);
  const [source, joined] = [node.inputs[0] ?? -1, first].map((id) => {
    const map = graph.nodes[id]?.map;
    return map === undefined ? undefined : gridWithin(map.geometry[axis]);
  });
  if (off.kind !== "constant" || source === undefined || joined === undefined) return undefined;
  const together = gridsTogether(source, joined);
  if (together === undefined) return undefined;
  const cells = multiply(off.cells, divide(together[1].stride, together[0].stride));
  return back ? negate(cells) : cells;
}

function windowsFor(
  { kernel, padding, stride, dilation }: SlidingWindow,
  transposed: boolean,
  axis: 0 | 1,
  cells: Rational,
): readonly Window[] {
  const window: Window = { kernel: kernel[axis], padding: padding[axis] };
  if (cells.numerator === 0) return [window];
  return transposed
    ? movedTransposedWindows(window, stride[axis], cells)
    : movedWindows(window, dilation[axis], cells);
}

function withWindows(node: GraphNode, windowed: NodeWindow, windows: PerAxis<Window>): GraphNode {
  const kernel = perAxis((axis) => windows[axis].kernel);
  const padding = perAxis((axis) => windows[axis].padding);
  return { ...node, attributes: windowed.with(node.attributes, kernel, padding) } as GraphNode; // of the same operation
}

function acceptsAll(before: Graph, after: Graph): boolean {
  return [...before.accepts].every(([symbol, set]) => {
    const now = after.accepts.get(symbol);
    const lost = now === undefined ? undefined : without(set, now);
    return lost !== undefined && !(lost instanceof Refusal) && isEmpty(lost);
  });
}
