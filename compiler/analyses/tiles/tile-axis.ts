/** One axis of an image in tiles: where they begin, and which positions of each output come from which. */
import type { Grid } from "../../geometry/axis-geometry.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { add, divide, floor, negate, rational, subtract } from "../../geometry/rational.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { sceneOfGraph } from "../../network/scene.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { isInput } from "../../ops/input.ts";
import { floorDivide, lcm } from "../../sizes/integers.ts";
import { inScene, sceneGrids } from "./scene-grids.ts";
import { TileComparison } from "./tile-comparison.ts";

export interface AxisTiles {
  /** Pixels of every tile. */
  readonly length: number;
  /** In order, the first 0; in the last the image ends. */
  readonly tiles: readonly AxisTile[];
}

export interface AxisTile {
  /** Its first pixel in the whole input. */
  readonly origin: number;
  /** By output of the graph: the positions of the whole output that are taken from it. */
  readonly takes: readonly Positions[];
}

/** From the first to before `end`, in the whole feature map; `before`: those of the tile ahead of `first`. */
export interface Positions {
  readonly first: number;
  readonly end: number;
  readonly before: number;
}

/** Why an image has no exact tiles of a size. */
export interface NoTiles {
  readonly kind: "none";
  /** The first feature map of which no position of a tile is that of the whole image. */
  readonly node: GraphNode;
  /** Its positions depend on the whole image, are placed by the image's size, or see more than a tile. */
  readonly cause: "whole" | "size" | "reach";
}

/**
 * Tiles of one size begin at multiples of this many pixels along the axis, so that positions of every feature map meet those of the
 * whole image's. Strides that depend on the size have no such multiple.
 */
export function tileStep(graph: Graph, axis: 0 | 1): number {
  return graph.nodes.reduce((step, { map }) => {
    const grid = gridWithin(map.geometry[axis]);
    const stride = grid && inScene(graph, grid, axis)?.stride;
    return stride === undefined ? step : lcm(step, stride.numerator);
  }, 1);
}

/**
 * Tiles that cover the whole along one axis with the fewest of their size.
 * @param whole whose input is longer than the tile's by a multiple of `tileStep`, or equal
 * @param flipped what is taken from a tile is exact where the tile is flipped along the axis, too, and its result flipped back
 * @returns refused where a feature map has no exact position in a tile inside the image
 */
export function tileAxis(
  whole: ShapedGraph,
  tile: ShapedGraph,
  axis: 0 | 1,
  flipped = false,
): AxisTiles | NoTiles {
  const [all, length] = [inputLength(whole, axis), inputLength(tile, axis)];
  const { graph } = whole;
  if (all === length) {
    const takes = graph.outputs.map(({ node }) => ({
      first: 0,
      end: positionsOf(whole, node, axis),
      before: 0,
    }));
    return { length, tiles: [{ origin: 0, takes }] };
  }
  const step = tileStep(graph, axis);
  const last = all - length;
  if (last < 0 || last % step !== 0) throw new Error(`tiles of ${length} do not end with an image of ${all}`);
  const comparison = new TileComparison(whole, tile, axis);
  const grids = sceneGrids(whole, axis);
  const exactAt = (origin: number): readonly Positions[] => {
    const exact = comparison.at(origin);
    // flipped, the tile is that at the other end of the flipped image
    const other = flipped ? comparison.at(last - origin) : undefined;
    return graph.outputs.map(({ node }) => {
      const [own, grid] = [exact[node] ?? new Uint8Array(), grids[node]];
      const borders = { first: origin === last, last: origin === 0 };
      const both = other && grid ? exactFlipped(own, other[node], { grid, length, borders }) : own;
      return widest(both, comparison.shift(node, origin) ?? 0);
    });
  };
  const none = (): NoTiles => ({ kind: "none", ...firstWithout(graph, comparison, inside) });
  // Tiles inside the image are alike; those that meet its border are compared at their own places.
  const inside = Math.ceil(last / step / 2) * step;
  const pattern = exactAt(inside);
  /** Pixels from one position of an output to the next. Only outputs with a grid have exact positions inside the image. */
  const strides = graph.outputs.map(({ node }) => {
    const stride = grids[node]?.stride;
    return stride === undefined ? 1 : stride.numerator / stride.denominator;
  });
  const origins = originsOf({ strides, pattern, inside, first: exactAt(0), last, step });
  if (origins === undefined) return none();
  const tiles = origins.map((origin, place) => {
    const nearBorder = place < 2 || place >= origins.length - 2;
    return { origin, exact: nearBorder ? exactAt(origin) : movedTo(pattern, strides, origin - inside) };
  });
  const takes = tiles.map(({ exact }, place) =>
    exact.map(({ first, end, before }, output) => {
      const from = tiles[place - 1]?.exact[output]?.end ?? 0;
      return { first: from, end, before: before + from - first };
    }),
  );
  const joined = takes.every((each, place) =>
    each.every(({ first, end }, output) => {
      const found = tiles[place]?.exact[output];
      return found !== undefined && found.first <= first && first < end;
    }),
  );
  const ends = graph.outputs.every(
    ({ node }, output) => takes.at(-1)?.[output]?.end === positionsOf(whole, node, axis),
  );
  if (!joined || !ends) return none();
  return { length, tiles: origins.map((origin, place) => ({ origin, takes: takes[place] ?? [] })) };
}

/**
 * Positions that are exact in a tile, and whose place in the flipped tile is exact, or lies between two that are.
 * @param other of the flipped tile
 * @param borders whether the flipped tile begins and ends with the flipped image, beyond whose outermost positions those are read
 */
function exactFlipped(
  own: Uint8Array,
  other: Uint8Array = new Uint8Array(),
  {
    grid: { stride, offset },
    length,
    borders,
  }: {
    readonly grid: Grid;
    readonly length: number;
    readonly borders: { readonly first: boolean; readonly last: boolean };
  },
): Uint8Array {
  const end = own.length - 1;
  // position p is at stride · p + offset, and flipped at length − 1 less that
  const first = divide(subtract(rational(length - 1), add(offset, offset)), stride);
  const [below, above] = [floor(first), -floor(negate(first))];
  return own.map((exact, position) => {
    const [low, high] = [below - position, above - position];
    if (exact !== 1 || (low < 0 && !borders.first) || (high > end && !borders.last)) return 0;
    const inside = (at: number) => other[Math.min(Math.max(at, 0), end)] === 1;
    return inside(low) && inside(high) ? 1 : 0;
  });
}

/** The fewest places at which tiles join; `undefined`: they do not, however close. */
function originsOf({
  strides,
  pattern,
  inside,
  first,
  last,
  step,
}: {
  readonly strides: readonly number[];
  /** What is exact in a tile that begins at pixel `inside`, and in the first. */
  readonly pattern: readonly Positions[];
  readonly inside: number;
  readonly first: readonly Positions[];
  readonly last: number;
  readonly step: number;
}): readonly number[] | undefined {
  if (pattern.some(({ first: from, end }) => end <= from)) return undefined;
  /** The farthest place whose tile joins positions that end so. */
  const after = (covered: readonly number[]): number => {
    const farthest = pattern.map(({ first: from }, output) => {
      return inside + ((covered[output] ?? 0) - from) * (strides[output] ?? 1);
    });
    return floorDivide(Math.floor(Math.min(...farthest)), step) * step;
  };
  const origins = [0];
  let covered = first.map(({ end }) => end);
  for (let origin = 0; origin < last; ) {
    const next = Math.min(last, after(covered));
    if (next <= origin) return undefined;
    origins.push(next);
    origin = next;
    covered = movedTo(pattern, strides, origin - inside).map(({ end }) => end);
  }
  return origins;
}

function movedTo(
  positions: readonly Positions[],
  strides: readonly number[],
  pixels: number,
): readonly Positions[] {
  return positions.map(({ first, end, before }, output) => {
    const by = Math.round(pixels / (strides[output] ?? 1));
    return { first: first + by, end: end + by, before };
  });
}

/** The first node that outputs are computed from and that has no exact position; one that has none in any tile comes before others. */
function firstWithout(graph: Graph, comparison: TileComparison, inside: number): Omit<NoTiles, "kind"> {
  const used = usedBy(graph);
  const exact = comparison.at(inside);
  const without = graph.nodes.filter(({ id }) => used.has(id) && !exact[id]?.includes(1));
  const causes = without.map((node) => ({ node, cause: comparison.cause(node.id) }));
  const [first] = [...causes.filter(({ cause }) => cause !== "reach"), ...causes];
  const [output] = graph.outputs;
  const last = graph.nodes[output?.node ?? -1];
  if (last === undefined) throw new Error(`${graph.name} has no output`);
  return first ?? { node: last, cause: "reach" };
}

/** What outputs are computed from. */
function usedBy({ nodes, outputs }: Graph): ReadonlySet<number> {
  const used = new Set(outputs.map(({ node }) => node));
  for (const { id, inputs } of nodes.toReversed())
    if (used.has(id)) for (const input of inputs) used.add(input);
  return used;
}

/** The longest run of exact positions. */
function widest(exact: Uint8Array, shift: number): Positions {
  let best = { first: 0, end: 0, before: 0 };
  for (let start = exact.indexOf(1); start >= 0; ) {
    const stop = exact.indexOf(0, start);
    const end = stop < 0 ? exact.length : stop;
    if (end - start > best.end - best.first) best = { first: start + shift, end: end + shift, before: start };
    start = exact.indexOf(1, end);
    if (stop < 0) break;
  }
  return best;
}

function inputLength(shaped: ShapedGraph, axis: 0 | 1): number {
  const { graph } = shaped;
  const scene = sceneOfGraph(graph);
  const finest = graph.nodes.find(
    (node) => isInput(node) && !("kind" in scene) && node.attributes.name === scene.finest,
  );
  return positionsOf(shaped, finest?.id ?? -1, axis);
}

function positionsOf({ shapes, graph }: ShapedGraph, node: number, axis: 0 | 1): number {
  const shape = shapes[node];
  if (shape === undefined) throw new Error(`${graph.name} has no node ${node}`);
  return shape[axis === 0 ? 1 : 2];
}
