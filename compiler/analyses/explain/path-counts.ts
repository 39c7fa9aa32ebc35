/**
 * In how many ways every input pixel reaches one position of a feature map: paths through windows, skips and resampling, a
 * channel counted as one. Where none does, the receptive field has a hole (gridding: Yu, Koltun & Funkhouser 2017, section 4;
 * Wang et al. 2018, section 3.2).
 */

import { type PerAxis, perAxis } from "../../axis.ts";
import type { GraphNode } from "../../network/graph.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { axisPositions } from "../../network/shape-graph.ts";
import { shapeOf } from "../../network/totals.ts";
import { isInput } from "../../ops/input.ts";
import type { Reads } from "../../ops/reads.ts";
import { operationOf } from "../../ops/registry.ts";

/** Counts of an input's pixels; [height, width] row by row. Counts past 2^53 are rounded, and none grows past the largest number. */
export interface PathCounts {
  readonly height: number;
  readonly width: number;
  readonly counts: Float64Array;
}

/** Of the positions of a feature map, those inside a box; counts of the others are zero. */
interface Box {
  /** [first, last] of rows, and of columns. */
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

interface Plane extends Box {
  readonly values: Float64Array;
}

/** By input node. The position is [row, column] of the feature map of `node`. */
export function pathCounts(
  shaped: ShapedGraph,
  node: number,
  [row, column]: PerAxis<number>,
): ReadonlyMap<number, PathCounts> {
  const waiting = new Map<number, Plane[]>();
  const found = new Map<number, PathCounts>();
  waiting.set(node, [{ rows: [row, row], columns: [column, column], values: Float64Array.of(1) }]);
  for (const at of shaped.graph.nodes.slice(0, node + 1).reverse()) {
    const planes = waiting.get(at.id);
    if (planes === undefined) continue;
    waiting.delete(at.id);
    const plane = sum(planes);
    if (isInput(at)) found.set(at.id, spread(shaped, at, plane));
    else handOn(shaped, at, plane, waiting);
  }
  return found;
}

function handOn(shaped: ShapedGraph, node: GraphNode, plane: Plane, waiting: Map<number, Plane[]>): void {
  const { reads } = operationOf(node);
  const cells = perAxis((axis) => axisPositions(shaped.shapes, node, axis));
  const [down, across] = cells.map((one) => reads(node.attributes, one));
  node.inputs.forEach((id, place) => {
    const [vertical, horizontal] = [down?.[place], across?.[place]];
    if (vertical === undefined || horizontal === undefined) return;
    const rows = columnsHandedOn(transposed(plane), vertical, cells[0].inputs[place] ?? 0);
    if (rows === undefined) return;
    const made = columnsHandedOn(transposed(rows), horizontal, cells[1].inputs[place] ?? 0);
    if (made === undefined) return;
    const others = waiting.get(id);
    if (others === undefined) waiting.set(id, [made]);
    else others.push(made);
  });
}

/** Every column's counts given to the columns it takes from; `undefined`: it takes none that exist. */
function columnsHandedOn(plane: Plane, taken: NonNullable<Reads>, existing: number): Plane | undefined {
  const [first, last] = plane.columns;
  const sources = Array.from({ length: last - first + 1 }, (_, place) => {
    if (taken === "all") return { first: 0, count: existing, spacing: 1 };
    return taken(first + place);
  }).map(({ first: from, count, spacing }) =>
    Array.from({ length: count }, (_, tap) => from + tap * spacing).filter(
      (cell) => cell >= 0 && cell < existing,
    ),
  );
  const reached = sources.flat();
  if (reached.length === 0) return undefined;
  const low = reached.reduce((least, cell) => Math.min(least, cell), existing);
  const high = reached.reduce((most, cell) => Math.max(most, cell), 0);
  const height = plane.rows[1] - plane.rows[0] + 1;
  const width = high - low + 1;
  const values = new Float64Array(height * width);
  for (let row = 0; row < height; row += 1) {
    sources.forEach((cells, place) => {
      const count = plane.values[row * sources.length + place] ?? 0;
      if (count === 0) return;
      for (const cell of cells)
        values[row * width + cell - low] = bounded((values[row * width + cell - low] ?? 0) + count);
    });
  }
  return { rows: plane.rows, columns: [low, high], values };
}

function transposed({ rows, columns, values }: Plane): Plane {
  const height = rows[1] - rows[0] + 1;
  const width = columns[1] - columns[0] + 1;
  const turned = new Float64Array(values.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      turned[column * height + row] = values[row * width + column] ?? 0;
    }
  }
  return { rows: columns, columns: rows, values: turned };
}

function sum(planes: readonly Plane[]): Plane {
  const [only, second] = planes;
  if (only !== undefined && second === undefined) return only;
  const ends = (pick: (plane: Plane) => readonly [number, number]): readonly [number, number] => [
    Math.min(...planes.map((plane) => pick(plane)[0])),
    Math.max(...planes.map((plane) => pick(plane)[1])),
  ];
  const box = { rows: ends(({ rows }) => rows), columns: ends(({ columns }) => columns) };
  const values = new Float64Array((box.rows[1] - box.rows[0] + 1) * (box.columns[1] - box.columns[0] + 1));
  for (const plane of planes) addTo(values, box, plane);
  return { ...box, values };
}

function addTo(target: Float64Array, box: Box, plane: Plane): void {
  const width = plane.columns[1] - plane.columns[0] + 1;
  const stride = box.columns[1] - box.columns[0] + 1;
  plane.values.forEach((value, place) => {
    const row = plane.rows[0] + Math.floor(place / width) - box.rows[0];
    const column = plane.columns[0] + (place % width) - box.columns[0];
    target[row * stride + column] = bounded((target[row * stride + column] ?? 0) + value);
  });
}

/** Some hundred windows of 3x3 in a row have more paths than a number holds; infinity would have no share of anything. */
function bounded(count: number): number {
  return Math.min(count, Number.MAX_VALUE);
}

function spread(shaped: ShapedGraph, node: GraphNode, plane: Plane): PathCounts {
  const [, height, width] = shapeOf(shaped, node.id);
  const counts = new Float64Array(height * width);
  addTo(counts, { rows: [0, height - 1], columns: [0, width - 1] }, plane);
  return { height, width, counts };
}
