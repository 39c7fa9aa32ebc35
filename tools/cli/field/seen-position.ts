/** One position of a feature map at a size: its receptive field, its centre, and the receptive fields at other phases of the stride. */

import {
  type PlacedAxis,
  placesAt,
  tooLargeToPlace,
} from "../../../compiler/analyses/alignment/places-at.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { type PerAxis, perAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Field, Grid } from "../../../compiler/geometry/axis-geometry.ts";
import { gridWithin } from "../../../compiler/geometry/grid-within.ts";
import { fieldIn, gridIn, pixelsPer } from "../../../compiler/geometry/input-scale.ts";
import type { GraphNode, InputNode } from "../../../compiler/network/graph.ts";
import { isAccepted, nearestAccepted } from "../../../compiler/network/nearest-accepted.ts";
import { type ShapedGraph, shapeGraph } from "../../../compiler/network/shape-graph.ts";
import { shapeOf } from "../../../compiler/network/totals.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { UserError } from "../../../runtime/user-error.ts";

export interface SeenPosition {
  readonly shaped: ShapedGraph;
  readonly input: InputNode;
  /** Pixels of the input, [height, width]. */
  readonly pixels: PerAxis<number>;
  readonly position: PerAxis<number>;
  readonly field: PerAxis<Field>;
  readonly phases: readonly PerAxis<Field>[];
  readonly grid: { readonly axes: PerAxis<Grid>; readonly cells: PerAxis<number> } | undefined;
}

/** 4096×4096: a larger figure is of no use, and takes gigabytes. */
const mostPixels = 2 ** 24;

/** Drawn at the smallest accepted size from here on, where none is asked for. */
const usual = 256;

/** @throws UserError for a size that is not accepted, a position that does not exist, or one with an empty receptive field. */
export function seenPosition(
  { graph }: CompiledNetwork,
  node: GraphNode,
  size: PerAxis<number> | undefined,
  asked: PerAxis<number> | undefined,
): SeenPosition {
  const usualSizes = new Map(
    [...graph.accepts].map(([symbol, set]) => {
      const near = nearestAccepted(set, usual);
      return [symbol, isAccepted(set, usual) ? usual : (near.above ?? near.below ?? usual)];
    }),
  );
  const shaped = size === undefined ? shapeGraph(graph, usualSizes) : shapeAt(graph, size);
  if (shaped.kind === "refused") throw new UserError(shaped.message);
  const tooLarge = tooLargeToPlace(shaped);
  if (tooLarge !== undefined) throw new UserError(tooLarge.message);
  const input = graph.nodes[graph.inputs[0] ?? -1];
  if (input === undefined || !isInput(input)) throw new Error(`${graph.name} has no input`);
  const [, height, width] = shapeOf(shaped, input.id);
  if (height * width > mostPixels)
    throw new UserError(
      `an input of ${height}×${width} is drawn pixel by pixel; the limit is ${mostPixels.toLocaleString("en-US")} pixels`,
      "use a smaller --size",
    );
  const [, rows, columns] = shapeOf(shaped, node.id);
  const position = asked ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
  if (position[0] >= rows || position[1] >= columns)
    throw new UserError(
      `${node.name} has ${rows}×${columns} positions at an input of ${height}×${width}, and none at ${position.join(",")}`,
      "positions are counted from 0",
    );
  const placed = placesAt(shaped)[node.id];
  if (placed === undefined) throw new Error(`no place for ${node.name}`);
  const inPixels = perAxis((axis) => axisIn(placed[axis], input, node, axis));
  const fieldAt = (row: number, column: number): PerAxis<Field> | undefined => {
    const [y, x] = [inPixels[0].fields[row], inPixels[1].fields[column]];
    return y === undefined || x === undefined ? undefined : [y, x];
  };
  const field = fieldAt(...position);
  if (field === undefined)
    throw new UserError(`position ${position.join(",")} of ${node.name} depends on no pixel of the input`);
  const [gridY, gridX] = inPixels.map(({ grid }) => grid);
  return {
    shaped,
    input,
    pixels: [height, width],
    position,
    field,
    phases: phasesAround(node, position, field, fieldAt),
    grid: gridY && gridX ? { axes: [gridY, gridX], cells: [rows, columns] } : undefined,
  };
}

/** The receptive fields and centres of the positions, in pixels of the input that is drawn. */
function axisIn(
  { fields, grid, pixels }: PlacedAxis,
  input: InputNode,
  node: GraphNode,
  axis: 0 | 1,
): { readonly fields: readonly (Field | undefined)[]; readonly grid: Grid | undefined } {
  const drawn = gridWithin(input.map.geometry[axis])?.pixels;
  const ratio = pixelsPer(pixels, drawn);
  if (fields === undefined || ratio === undefined)
    throw new UserError(
      `${node.name} depends on inputs whose sizes have no fixed ratio: its receptive field on ${input.attributes.name} is unknown`,
      "give inputs that show one scene sizes with a fixed ratio, such as [3, 2*H, 2*W] and [3, H, W]",
    );
  return {
    fields: fields.map((field) => field && fieldIn(field, ratio)),
    grid: grid && gridIn(grid, drawn),
  };
}

/** Of the next positions, one period of phases, those whose receptive field has another size; at most four. */
function phasesAround(
  node: GraphNode,
  [row, column]: PerAxis<number>,
  own: PerAxis<Field>,
  fieldAt: (row: number, column: number) => PerAxis<Field> | undefined,
): readonly PerAxis<Field>[] {
  const [period] = perAxis((axis) => {
    const geometry = node.map.geometry[axis];
    return geometry.kind === "grid" ? geometry.fields.length : 1;
  });
  const width = ({ low, high }: Field): number => high - low;
  const seen = new Set([width(own[0])]);
  return Array.from({ length: Math.max(0, period - 1) }, (_, step) =>
    fieldAt(row + step + 1, column + step + 1),
  ).flatMap((field) => {
    if (field === undefined || seen.has(width(field[0])) || seen.size > 4) return [];
    seen.add(width(field[0]));
    return [field];
  });
}
