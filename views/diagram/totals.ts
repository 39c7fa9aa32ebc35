/** The text under the figure's title: parameters, cost, accepted sizes and receptive field of the whole network. */

import { fieldRange } from "../../compiler/analyses/inspect/layer-geometry.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import {
  countParameters,
  countTrainable,
  multiplyAdds,
  sum,
  weightsOf,
} from "../../compiler/network/totals.ts";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import { thousands, withPrefix } from "../text/numbers.ts";

export function totalsOf(graph: Graph, shaped: ShapedGraph | undefined): readonly string[] {
  return [parameters(graph), cost(graph, shaped), accepted(graph), field(graph)].filter(
    (part) => part !== undefined,
  );
}

function parameters(graph: Graph): string {
  const weights = weightsOf(graph);
  const [all, trainable] = [countParameters(weights), countTrainable(weights)];
  return `${thousands(all)} parameters${trainable === all ? "" : `, ${thousands(all - trainable)} of them frozen`}`;
}

function cost(graph: Graph, shaped: ShapedGraph | undefined): string | undefined {
  if (shaped === undefined) return undefined;
  const inputs = graph.inputs.map((id) => shaped.shapes[id]).filter((shape) => shape !== undefined);
  const sizes = [...new Set(inputs.map(([, height, width]) => `${height} × ${width}`))].join(", ");
  return `${withPrefix(sum(multiplyAdds(shaped)), "MACs")} at ${sizes}`;
}

/** Symbols that accept the same sizes share a line: "H mod 16 = 0, and the same for W". */
function accepted(graph: Graph): string {
  const groups = new Map<string, string[]>();
  for (const [symbol, set] of graph.accepts) {
    const rule = formatSet({ ...set, symbol: "?" }, { unicode: true });
    groups.set(rule, [...(groups.get(rule) ?? []), symbol]);
  }
  if (groups.size === 0) return "one input size";
  const rules = [...groups].map(([rule, [first = "size", ...others]]) => {
    const also = others.length === 0 ? "" : `, and the same for ${others.join(", ")}`;
    return `${rule.replaceAll("?", first)}${also}`;
  });
  return `accepts ${rules.join("; ")}`;
}

/** Of the output that sees the most; of its phases, the smaller and the larger. */
function field(graph: Graph): string | undefined {
  const geometries = graph.outputs
    .map(({ logits }) => graph.nodes[logits]?.map.geometry)
    .filter((geometry) => geometry !== undefined);
  if (geometries.some(([y]) => y.kind === "whole")) return "receptive field: the whole input";
  const ranges = geometries.map((geometry) => geometry.map(fieldRange));
  const most = (pair: (typeof ranges)[number] | undefined): number =>
    Math.max(0, ...(pair ?? []).map((range) => range?.most ?? Number.POSITIVE_INFINITY));
  const [largest] = [...ranges].sort((a, b) => most(b) - most(a));
  const [y, x] = (largest ?? []).map(
    (range) => range && (range.least === range.most ? `${range.most}` : `${range.least}–${range.most}`),
  );
  if (y === undefined || x === undefined) return undefined;
  return `receptive field ${y === x ? y : `${y} × ${x}`} px`;
}
