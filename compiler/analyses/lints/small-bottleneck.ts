/**
 * A feature map whose stride is larger than the image: its single position is computed mostly from padding. Networks that
 * round sizes up accept such images (strided convolutions with padding, pools in ceil mode).
 */

import { gridWithin } from "../../geometry/grid-within.ts";
import { formatRational, type Rational } from "../../geometry/rational.ts";
import type { Graph, GraphNode, InputNode } from "../../network/graph.ts";
import { isInput } from "../../ops/input.ts";
import { smallest } from "../../sizes/size-set.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const smallBottleneck = lint("lints/small-bottleneck", function* ({ graph, trained }) {
  const image = onlyImage(graph);
  if (image === undefined) return;
  for (const axis of [0, 1] as const) {
    const { node, stride } = coarsest(graph, axis);
    const place = node === undefined ? undefined : placeOf(node);
    if (stride === undefined || place === undefined) continue;
    const { symbol, shift } = image.attributes.size[axis];
    const accepted = symbol === undefined ? undefined : graph.accepts.get(symbol);
    const least = symbol === undefined ? shift : accepted && smallest(accepted);
    const size = trained()?.shapes[image.id]?.[axis === 0 ? 1 : 2];
    const facts = { stride: formatRational(stride), symbol: symbol ?? "the image" };
    if (size !== undefined && size * stride.denominator < stride.numerator) {
      yield { facts: { ...facts, size, trained: true }, ...place };
      return;
    }
    if (least !== undefined && least * stride.denominator < stride.numerator) {
      yield { facts: { ...facts, size: least, trained: false }, ...place };
      return;
    }
  }
});

/** The only input, if its height and width are plain symbols or numbers: strides are in its pixels. */
function onlyImage(graph: Graph): InputNode | undefined {
  const [id, second] = graph.inputs;
  const node = second === undefined ? graph.nodes[id ?? -1] : undefined;
  if (node === undefined || !isInput(node)) return undefined;
  const plain = node.attributes.size.every(
    ({ symbol, scale, shift }) => symbol === undefined || (scale === 1 && shift === 0),
  );
  return plain ? node : undefined;
}

/** The first feature map with the largest stride. */
function coarsest(
  graph: Graph,
  axis: 0 | 1,
): { readonly node: GraphNode | undefined; readonly stride: Rational | undefined } {
  let node: GraphNode | undefined;
  let stride: Rational | undefined;
  for (const each of graph.nodes) {
    const own = gridWithin(each.map.geometry[axis])?.stride;
    if (own === undefined) continue;
    const coarser =
      stride === undefined || own.numerator * stride.denominator > stride.numerator * own.denominator;
    if (coarser) [node, stride] = [each, own];
  }
  return { node, stride };
}
