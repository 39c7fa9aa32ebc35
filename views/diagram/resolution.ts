/**
 * The rank of every feature map: its stride, exact where the geometry has one, nominal where that depends on the input's size.
 */

import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import { gridWithin } from "../../compiler/geometry/grid-within.ts";
import { finest, gridIn } from "../../compiler/geometry/input-scale.ts";
import { multiply, type Rational } from "../../compiler/geometry/rational.ts";
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import { isInput } from "../../compiler/ops/input.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import { constantCells } from "../../compiler/sizes/constant-cells.ts";
import type { Row } from "./figure.ts";

type Stride = PerAxis<Rational> | undefined;

/**
 * By node id, in pixels of the finest input where the inputs are in one proportion, else of a feature map's own; `undefined`:
 * positions of the whole input, as many at every size.
 */
export function strides(graph: Graph): readonly Stride[] {
  const found: Stride[] = [];
  const pixels = perAxis((axis) =>
    finest(
      graph.inputs.map((id) => {
        const input = graph.nodes[id];
        return input && gridWithin(input.map.geometry[axis])?.pixels;
      }),
    ),
  );
  for (const node of graph.nodes) found.push(exactStride(node, pixels) ?? nominalStride(node, found));
  return withFixedSizes(graph, found);
}

/**
 * Of a feature map that sees the whole input, where the input has one size: the stride of others of its size. A feature map of
 * one position keeps none.
 */
function withFixedSizes(graph: Graph, found: readonly Stride[]): readonly Stride[] {
  const known = new Map<string, Stride>();
  const sizeOf = ({ map }: GraphNode): string | undefined => {
    const [y, x] = map.size.map(constantCells);
    return y === undefined || x === undefined || (y === 1 && x === 1) ? undefined : `${y} ${x}`;
  };
  if (graph.accepts.size > 0) return found;
  for (const node of graph.nodes) {
    const [size, stride] = [sizeOf(node), found[node.id]];
    if (size !== undefined && stride !== undefined && !known.has(size)) known.set(size, stride);
  }
  return graph.nodes.map((node) => found[node.id] ?? known.get(sizeOf(node) ?? ""));
}

function exactStride(node: GraphNode, pixels: PerAxis<ReturnType<typeof finest>>): Stride {
  const [y, x] = perAxis((axis) => {
    const geometry = node.map.geometry[axis];
    const grid = geometry.kind === "sized" ? undefined : gridWithin(geometry);
    const common = pixels[axis];
    return (grid && common && gridIn(grid, common.pixels)?.stride) ?? grid?.stride;
  });
  return y === undefined || x === undefined ? undefined : [y, x];
}

/** A resized feature map is taken to have the stride its factor says, or that of the feature map whose size it takes. */
function nominalStride(node: GraphNode, found: readonly Stride[]): Stride {
  const input = (place: number): Stride => found[node.inputs[place] ?? -1];
  const scale = operationOf(node).scale(node.attributes);
  if (scale === "whole") return undefined;
  if ("of" in scale) return input(scale.of);
  if (isInput(node)) return scale;
  const current = node.inputs.map((id) => found[id]).find((stride) => stride !== undefined);
  return current && perAxis((axis) => multiply(current[axis], scale[axis]));
}

export function strideKey(stride: Stride): string {
  return stride === undefined
    ? "whole"
    : stride.map((axis) => `${axis.numerator}/${axis.denominator}`).join(" ");
}

/** Logarithm to base 2 of the stride, both axes together; above every other for a feature map of the whole input. */
export function octave(stride: Stride): number {
  if (stride === undefined) return Number.POSITIVE_INFINITY;
  return stride.reduce((sum, axis) => sum + Math.log2(axis.numerator / axis.denominator), 0) / 2;
}

/** The ranks of a figure, finest first. */
export function rowsOf(found: readonly Stride[]): readonly Row[] {
  const distinct = new Map(found.map((stride) => [strideKey(stride), stride]));
  return [...distinct]
    .sort(([a, one], [b, other]) => compare(octave(one), octave(other)) || (a < b ? -1 : 1))
    .map(([, stride]) => ({ stride, title: title(stride) }));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function title(stride: Stride): string {
  if (stride === undefined) return "whole";
  const [y, x] = stride.map((axis) => {
    const { numerator, denominator } = axis;
    return numerator === 1 ? `${denominator}` : `${denominator}/${numerator}`;
  });
  return y === x ? `${y}` : `${y} × ${x}`;
}
