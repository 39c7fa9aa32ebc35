/**
 * Where the positions of every feature map are and what they see at one size, exactly, even where geometry depends on the size.
 */

import { type PerAxis, perAxis } from "../../axis.ts";
import type { AxisGeometry, Field, Grid, InputScale } from "../../geometry/axis-geometry.ts";
import { hullOf } from "../../geometry/grid.ts";
import { composeGrid } from "../../geometry/grid-step.ts";
import { gridWithin, liesNowhere } from "../../geometry/grid-within.ts";
import { fieldIn, finest, gridIn, pixelsPer } from "../../geometry/input-scale.ts";
import { equals, rational } from "../../geometry/rational.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { isJoin, placedInputs } from "../../network/node-inputs.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { axisPositions } from "../../network/shape-graph.ts";
import type { ShapeRefusal } from "../../network/shape-refusal.ts";
import { shapeOf } from "../../network/totals.ts";
import { isInput } from "../../ops/input.ts";
import type { AxisPositions } from "../../ops/reads.ts";
import { operationOf } from "../../ops/registry.ts";
import type { SizeFunction } from "../../sizes/size-function.ts";
import type { PlacedMaps } from "./join-offsets.ts";

export interface PlacedAxis {
  /** Where the positions are; `undefined` for what has no particular place. */
  readonly grid: Grid | undefined;
  /**
   * By position: the first and last input pixel that it depends on, from 0 on; there may be holes between. `undefined`: none.
   * Only pixels of the image count, and a position that copies another sees what that one sees. No receptive fields at all where
   * the feature map is made of inputs that are not in one proportion.
   */
  readonly fields: readonly (Field | undefined)[] | undefined;
  /**
   * The input whose pixels the receptive fields are counted in, as in a grid: of those that the feature map is made of, the
   * finest.
   */
  readonly pixels?: InputScale;
}

/** The limit of positions that are computed one by one; some hundred megabytes. */
const mostPlaces = 4_000_000;

const nothingNearer = {
  node: undefined,
  symbol: undefined,
  size: undefined,
  accepted: undefined,
  below: undefined,
  above: undefined,
};

/** Refused: a size at which `placesAt` would count too many positions. */
export function tooLargeToPlace(shaped: ShapedGraph): ShapeRefusal | undefined {
  const places = shaped.graph.nodes.reduce((sum, { id }) => {
    const [, height, width] = shapeOf(shaped, id);
    return sum + height + width;
  }, 0);
  if (places <= mostPlaces) return undefined;
  return {
    kind: "refused",
    ...nothingNearer,
    message: `at this size the feature maps of ${shaped.graph.name} have ${places.toLocaleString("en-US")} rows and columns to place one by one; the limit is ${mostPlaces.toLocaleString("en-US")}: take a smaller one`,
  };
}

/** By node number. */
export function placesAt(shaped: ShapedGraph): readonly PerAxis<PlacedAxis>[] {
  const placed: PerAxis<PlacedAxis>[] = [];
  for (const node of shaped.graph.nodes) {
    placed.push(
      perAxis((axis) => {
        const cells = axisPositions(shaped.shapes, node, axis);
        const inputs = node.inputs.map((id) => at(placed, id)[axis]);
        return { grid: gridAt(shaped.graph, node, cells, inputs), ...fieldsOf(node, cells, inputs) };
      }),
    );
  }
  return placed;
}

/** By node number: where the positions are along an axis, without what they see. */
export function gridsAt({ graph, shapes }: ShapedGraph, axis: 0 | 1): readonly (Grid | undefined)[] {
  const grids: (Grid | undefined)[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => ({ grid: grids[id], fields: undefined }));
    grids.push(gridAt(graph, node, axisPositions(shapes, node, axis), inputs));
  }
  return grids;
}

/** The feature maps of one size, for `joinOffsets`; without `placed`, as every size has them. */
export function placedMaps(
  shaped: ShapedGraph,
  placed: readonly PerAxis<PlacedAxis>[] | undefined,
): PlacedMaps {
  return {
    // What everything sees does not affect its place.
    geometry: (node) =>
      perAxis((axis) =>
        placed === undefined
          ? node.map.geometry[axis]
          : { kind: "whole", grid: at(placed, node.id)[axis].grid },
      ),
    cells: (node) => perAxis((axis) => axisPositions(shaped.shapes, node, axis).output),
  };
}

function fieldsOf(
  node: GraphNode,
  cells: AxisPositions,
  inputs: readonly PlacedAxis[],
): Omit<PlacedAxis, "grid"> {
  const places = Array.from({ length: cells.output }, (_, cell) => cell);
  if (isInput(node)) {
    const pixels = gridWithin(node.map.geometry[cells.axis])?.pixels;
    return inPixels(
      pixels,
      places.map((cell) => ({ low: cell, high: cell })),
    );
  }
  const rules = operationOf(node).reads(node.attributes, cells);
  const common = finest(inputs.filter((_, place) => rules[place] !== undefined).map(({ pixels }) => pixels));
  const seen = inputs.map((input) => fieldsIn(input, common));
  if (
    common === undefined ||
    seen.some((fields, place) => fields === undefined && rules[place] !== undefined)
  )
    return { fields: undefined };
  const whole = rules.map((taken, place) =>
    taken === "all" ? seen[place]?.reduce(hullOf, undefined) : undefined,
  );
  const fields = places.map((cell) =>
    rules.reduce<Field | undefined>((field, taken, place) => {
      if (taken === undefined) return field;
      if (taken === "all") return hullOf(field, whole[place]);
      const { first, count, spacing } = taken(cell);
      let hull = field;
      for (let tap = 0; tap < count; tap += 1) hull = hullOf(hull, seen[place]?.[first + tap * spacing]);
      return hull;
    }, undefined),
  );
  return inPixels(common.pixels, fields);
}

function inPixels(
  pixels: InputScale | undefined,
  fields: readonly (Field | undefined)[],
): Omit<PlacedAxis, "grid"> {
  return pixels === undefined ? { fields } : { fields, pixels };
}

function fieldsIn(
  { fields, pixels }: PlacedAxis,
  common: ReturnType<typeof finest>,
): readonly (Field | undefined)[] | undefined {
  const ratio = common === undefined ? undefined : pixelsPer(pixels, common.pixels);
  if (ratio === undefined || equals(ratio, rational(1))) return fields;
  return fields?.map((field) => field && fieldIn(field, ratio));
}

/** By the operation's own rule, with sizes that are constants now. */
function gridAt(
  graph: Graph,
  node: GraphNode,
  cells: AxisPositions,
  inputs: readonly PlacedAxis[],
): Grid | undefined {
  const { axis } = cells;
  const held = node.map.geometry[axis];
  if (liesNowhere(held)) return undefined;
  const known = gridWithin(held);
  if (known !== undefined) return known;
  const { gridAt, geometry } = operationOf(node);
  if (gridAt !== undefined) {
    const grid = inputs[0]?.grid;
    return grid === undefined ? undefined : composeGrid(grid, gridAt(node.attributes, cells));
  }
  if (isJoin(node)) {
    const placed = placedInputs(graph, node);
    const grids = inputs.flatMap(({ grid }, place) =>
      placed.includes(node.inputs[place] ?? -1) ? (grid ?? []) : [],
    );
    const [first] = grids;
    const common = finest(grids.map(({ pixels }) => pixels));
    return first === undefined || common === undefined ? undefined : gridIn(first, common.pixels);
  }
  // What sees everything carries its grid through every rule, and its receptive fields need no description.
  const maps = inputs.map(({ grid }): AxisGeometry => ({ kind: "whole", grid }));
  const made = geometry(node.attributes, maps, axis, cells.inputs.map(constantSize));
  return gridWithin(made);
}

function constantSize(cells: number): SizeFunction {
  return { symbol: undefined, prefix: [], cycle: [cells], rise: 0 };
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined) throw new RangeError(`there is no node ${place} yet`);
  return item;
}
