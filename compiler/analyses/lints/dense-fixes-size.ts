/**
 * A fully connected layer on a feature map of several positions: it has weights for every position, so the network accepts one
 * size. A valid convolution with a kernel as large as the feature map has the same weights and slides over larger images
 * (Sermanet et al. 2014, section 3.5; Long, Shelhamer & Darrell 2015, section 3.1).
 */

import type { Apply } from "../../../grammar/ast.ts";
import type { PerAxis } from "../../axis.ts";
import type { Fix, TextEdit } from "../../diagnostics/diagnostic.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { operationOf } from "../../ops/registry.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { type LintSubject, lint } from "./lint.ts";

export const denseFixesSize = lint("lints/dense-fixes-size", function* (subject) {
  const { graph } = subject;
  const image = imageSize(graph);
  if (image === undefined) return;
  const layers = graph.nodes.filter((node) => operationOf(node).kind === "dense");
  for (const node of layers) {
    const map = mapBefore(graph, node);
    const span = node.origin.span;
    if (map === undefined || span === undefined || !map.spatial) continue;
    const facts = { channels: node.map.channels, cells: map.cells, image };
    yield { facts, at: span, fixes: fixesOf(subject, layers, node, map.cells) };
  }
});

/** Height and width of the input, where both are numbers. */
function imageSize({ inputs, nodes }: Graph): PerAxis<number> | undefined {
  const input = nodes[inputs[0] ?? -1];
  if (input === undefined || !isInput(input)) return undefined;
  const [height, width] = input.attributes.size;
  return height.symbol === undefined && width.symbol === undefined ? [height.shift, width.shift] : undefined;
}

interface MapBefore {
  readonly cells: PerAxis<number>;
  /** Its positions correspond to places of the input, so its size follows from the input size. */
  readonly spatial: boolean;
}

function mapBefore({ nodes }: Graph, node: GraphNode): MapBefore | undefined {
  const map = nodes[node.inputs[0] ?? -1]?.map;
  const [height, width] = [map && constantCells(map.size[0]), map && constantCells(map.size[1])];
  if (map === undefined || height === undefined || width === undefined) return undefined;
  return { cells: [height, width], spatial: map.geometry.every(({ kind }) => kind === "grid") };
}

/** Edits all layers at once: one that reads the 1×1 result of another becomes a 1x1 convolution. */
function fixesOf(
  { graph, callOf }: LintSubject,
  layers: readonly GraphNode[],
  first: GraphNode,
  [height, width]: PerAxis<number>,
): readonly Fix[] {
  const edits = new Map<number, readonly TextEdit[]>();
  for (const layer of layers) {
    const call = callOf(layer);
    const map = mapBefore(graph, layer);
    if (call === undefined || map === undefined || (map.spatial && layer !== first)) return [];
    edits.set(call.span.start, editsOf(call, map.cells, layer === first));
  }
  const title = `write it as conv(${first.map.channels}, ${height}x${width}, padding = valid)${layers.length > 1 ? ", and the dense layers after it as 1x1 convolutions" : ""}`;
  return [{ title, safe: false, edits: [...edits.values()].flat() }];
}

/** `dense(200, bias = false)` to `conv(200, 3x3, bias = false, padding = valid)`. */
function editsOf(
  { callee, arguments: given = [] }: Apply,
  cells: PerAxis<number>,
  valid: boolean,
): readonly TextEdit[] {
  const after = (end: number, text: string): TextEdit => ({
    span: { ...callee.span, start: end, end },
    text,
  });
  const [channels, last] = [given.find(({ name }) => name === undefined), given.at(-1)];
  const kernel = `${channels === undefined ? "kernel = " : ""}${cells[0]}x${cells[1]}`;
  if (last === undefined) return [];
  const ending = valid ? ", padding = valid" : "";
  const inserted =
    channels === undefined || channels === last
      ? [after(last.span.end, `, ${kernel}${ending}`)]
      : [after(channels.span.end, `, ${kernel}`), ...(valid ? [after(last.span.end, ending)] : [])];
  return [{ span: callee.span, text: "conv" }, ...inserted];
}
