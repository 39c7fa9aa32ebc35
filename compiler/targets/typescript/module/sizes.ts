/** Accepted sizes and the sizes of outputs, as TypeScript. */
import { acceptedSizes } from "../../../analyses/inspect/accepted-sizes.ts";
import type { PerAxis } from "../../../axis.ts";
import { perAxis } from "../../../axis.ts";
import type { AxisGeometry } from "../../../geometry/axis-geometry.ts";
import type { Graph, GraphOutput, InputNode } from "../../../network/graph.ts";
import type { InputDimension } from "../../../ops/attribute-values.ts";
import { inputAt } from "../../../ops/rules.ts";
import { formula } from "../../../sizes/formula.ts";
import type { SizeFunction } from "../../../sizes/size-function.ts";
import { sizeAt } from "../../../sizes/size-table.ts";

/** An object with the pixels that an input accepts along an axis. */
export function acceptedCode(graph: Graph, dimension: InputDimension): string {
  const { period, residues, from, also } = acceptedSizes(graph, dimension);
  return `{ from: ${from}, period: ${period ?? 1}, remainders: [${period === null ? "" : residues.join(", ")}], also: [${also.join(", ")}] }`;
}

export interface OutputGrid {
  /** An expression of `size`, the pixels of the input along the axis: how many positions the output has. */
  readonly positions: string;
  readonly stride: string;
  readonly offset: string;
}

/** Where the positions of an output are on the input, along both axes. */
export function outputGrids(graph: Graph, input: InputNode, output: GraphOutput): PerAxis<OutputGrid> {
  const { map } = inputAt(graph.nodes, output.node);
  return perAxis((axis) => {
    const dimension = input.attributes.size[axis];
    const positions = positionsCode(graph, map.size[axis], dimension);
    return { positions, ...gridCode(map.geometry[axis], positions) };
  });
}

function positionsCode(graph: Graph, size: SizeFunction, { symbol, scale, shift }: InputDimension): string {
  const domain = size.symbol === undefined ? undefined : graph.accepts.get(size.symbol);
  if (symbol === undefined || domain === undefined) return String(sizeAt(size, 0));
  const given = scale === 1 && shift === 0 ? "size" : `((size - ${shift}) / ${scale})`;
  const text = formula(size, domain, { unicode: false });
  if (!/[;.]|too|none/.test(text)) {
    const written = text
      .replaceAll(/\b(ceil|floor)\(/g, "Math.$1(")
      .replaceAll(new RegExp(`\\b${symbol}\\b`, "g"), given);
    if (/^[\w\s.()+\-*/]+$/.test(written) && agrees(written, size, dimensionOf(scale, shift))) return written;
  }
  const list = (values: readonly (number | undefined)[]) =>
    `[${values.map((value) => value ?? 0).join(", ")}]`;
  return `periodic(${given}, ${list(size.prefix)}, ${list(size.cycle)}, ${size.rise})`;
}

function dimensionOf(scale: number, shift: number): (symbol: number) => number {
  return (symbol) => scale * symbol + shift;
}

/** Only what is written as plain arithmetic is used: with a product sign left out ("2H") it is not. */
function agrees(code: string, size: SizeFunction, pixels: (symbol: number) => number): boolean {
  return !/\d\(|\d[a-z]/i.test(code) && size !== undefined && pixels(1) >= 0;
}

/** A grid that depends on the input's size is spread evenly over it, as in fitting an image (runtime/fit/). */
function gridCode(
  geometry: AxisGeometry,
  positions: string,
): { readonly stride: string; readonly offset: string } {
  const grid = geometry.kind === "grid" ? geometry : geometry.grid;
  if (grid === undefined && positions === "size") return { stride: "1", offset: "0" };
  if (grid === undefined) {
    return { stride: `size / ${bracketed(positions)}`, offset: `(size / ${bracketed(positions)} - 1) / 2` };
  }
  const { stride, offset } = grid;
  return {
    stride: fraction(stride.numerator, stride.denominator),
    offset: fraction(offset.numerator, offset.denominator),
  };
}

function bracketed(code: string): string {
  return /^\w+$/.test(code) ? code : `(${code})`;
}

function fraction(numerator: number, denominator: number): string {
  return denominator === 1 ? String(numerator) : `${numerator} / ${denominator}`;
}
