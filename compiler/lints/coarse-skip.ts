/**
 * A skip from a map that is coarser than the one it lands on. Skips bring back what the way down has lost: positions, from
 * finer maps (Long, Shelhamer & Darrell 2015, section 4.2; Ronneberger, Fischer & Brox 2015, section 2). A coarser map has
 * none to bring.
 */
import type { Skip } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/span.ts";
import { gridWithin } from "../geometry/grid-within.ts";
import { pixelsPer } from "../geometry/input-scale.ts";
import { equals, formatRational, type Rational, rational } from "../geometry/rational.ts";
import type { Graph, GraphNode } from "../ir/graph.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const coarseSkip = lint("lints/coarse-skip", function* ({ graph, statementOf }) {
  for (const node of graph.nodes) {
    const skip = node.origin.construct === "skip" ? statementOf(node) : undefined;
    const place = placeOf(node);
    if (skip?.kind !== "skip" || place === undefined) continue;
    const [here, arriving] = node.inputs;
    const source = sourceOf(graph, arriving, skip);
    const strides = stridesOf(graph.nodes[here ?? -1], graph.nodes[source ?? -1]);
    if (strides === undefined) continue;
    const [own, other] = strides;
    if (other.numerator * own.denominator <= own.numerator * other.denominator) continue;
    yield { facts: { from: formatRational(other), to: formatRational(own) }, ...place };
  }
});

/** The map the skip begins with: back through what its path, and its crop, made. */
function sourceOf(graph: Graph, arriving: number | undefined, skip: Skip): number | undefined {
  let id = arriving;
  for (let node = graph.nodes[id ?? -1]; node !== undefined; node = graph.nodes[id ?? -1]) {
    const made = node.origin.construct === "crop" || within(node.origin.span, skip.path?.span);
    if (!made || !within(node.origin.span, skip.span)) return id;
    id = node.inputs[0];
  }
  return undefined;
}

function within(inner: Span | undefined, outer: Span | undefined): boolean {
  if (inner === undefined || outer === undefined) return false;
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

/** `undefined` where the maps are made of inputs of different scale: a coarser input brings what the finer one does not show. */
function stridesOf(
  ...nodes: readonly (GraphNode | undefined)[]
): readonly [own: Rational, other: Rational] | undefined {
  const [own, other] = nodes.map((node) => node && gridWithin(node.map.geometry[0]));
  if (own === undefined || other === undefined) return undefined;
  const ratio = pixelsPer(own.pixels, other.pixels);
  return ratio !== undefined && equals(ratio, rational(1)) ? [own.stride, other.stride] : undefined;
}
