/**
 * A skip from a feature map that is coarser than the one it joins. Skips restore what downsampling has lost: positions, from
 * finer feature maps (Long, Shelhamer & Darrell 2015, section 4.2; Ronneberger, Fischer & Brox 2015, section 2).
 *
 * A warning where the feature map it joins was made from that coarser feature map and has no finer positions from elsewhere
 * either: the skip repeats what is there. Information where it has some (dense decoders: Huang et al. 2020, "UNet 3+"), or where
 * both sides are equally coarse and from separate streams (late fusion: Long, Shelhamer & Darrell 2015, section 5). Silent where
 * one side is finer than the other: the join of scales in feature pyramids (Lin et al. 2017, section 3) and in HRNet (Sun et al.
 * 2019).
 */

import type { Skip } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/span.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { pixelsPer } from "../../geometry/input-scale.ts";
import { equals, formatRational, type Rational, rational } from "../../geometry/rational.ts";
import { isFitted } from "../../network/fitted.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { readInputs } from "../../network/node-inputs.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const coarseSkip = lint("lints/coarse-skip", function* ({ graph, statementOf }) {
  let details: readonly (Rational | undefined)[] | undefined;
  for (const node of graph.nodes) {
    const skip = node.origin.construct === "skip" ? statementOf(node) : undefined;
    const place = placeOf(node);
    if (skip?.kind !== "skip" || place === undefined) continue;
    const [here, ...arriving] = node.inputs;
    for (const source of arriving.flatMap((id) => sourceOf(graph, id, skip) ?? [])) {
      const strides = stridesOf(graph, here, source);
      if (here === undefined || strides === undefined) continue;
      const [own, other] = strides;
      if (!isCoarser(other, own)) continue;
      details ??= finestDetails(graph);
      const [mine, its] = [details[here], details[source]];
      if (mine === undefined || its === undefined) continue;
      const repeats = isMadeFrom(graph, here, source);
      const finer = isCoarser(its, mine);
      if (!repeats && (finer || isCoarser(mine, its))) continue;
      const kind = !repeats ? "streams" : finer ? "dense" : "repeated";
      yield { facts: { kind, from: formatRational(other), to: formatRational(own) }, ...place };
      break;
    }
  }
});

function isCoarser(first: Rational, second: Rational): boolean {
  return first.numerator * second.denominator > second.numerator * first.denominator;
}

/**
 * By node, the stride of the finest positions that a feature map has: of every way from an input to it the coarsest feature map,
 * and of those ways the finest. `undefined` where that is not known.
 */
function finestDetails(graph: Graph): readonly (Rational | undefined)[] {
  const details: (Rational | undefined)[] = [];
  for (const node of graph.nodes) {
    const own = gridWithin(node.map.geometry[0])?.stride;
    const arriving = readInputs(node).flatMap((id) => details[id] ?? []);
    const finest = arriving.reduce<Rational | undefined>(
      (best, each) => (best === undefined || isCoarser(best, each) ? each : best),
      undefined,
    );
    const coarser = finest !== undefined && (own === undefined || isCoarser(finest, own));
    details.push(coarser ? finest : own);
  }
  return details;
}

function isMadeFrom(graph: Graph, node: number, ancestor: number): boolean {
  const reached = new Set([node]);
  for (let id = node; id > ancestor; id -= 1) {
    const made = graph.nodes[id];
    if (made !== undefined && reached.has(id)) for (const input of readInputs(made)) reached.add(input);
  }
  return reached.has(ancestor);
}

/** The feature map where the skip starts, found by going back through the operations of its path and its crop. */
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

/**
 * `undefined` where the feature maps come from inputs of different scale, of which a coarser one adds information that the finer one
 * lacks; and where one was fitted to a size: its stride is not exactly that of what it is joined with.
 */
function stridesOf(
  graph: Graph,
  ...ids: readonly (number | undefined)[]
): readonly [own: Rational, other: Rational] | undefined {
  const { nodes } = graph;
  const maps = ids.flatMap((id) => nodes[id ?? -1] ?? []);
  const [own, other] = maps.map(({ map }) => gridWithin(map.geometry[0]));
  if (own === undefined || other === undefined) return undefined;
  const ratio = pixelsPer(own.pixels, other.pixels);
  if (ratio === undefined || !equals(ratio, rational(1))) return undefined;
  const known = (id: number): GraphNode => {
    const node = nodes[id];
    if (node === undefined) throw new Error(`the graph has no node ${id}`);
    return node;
  };
  return maps.some(({ id }) => isFitted(id, known, graph)) ? undefined : [own.stride, other.stride];
}
