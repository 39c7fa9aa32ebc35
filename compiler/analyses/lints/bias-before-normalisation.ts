/**
 * A bias that the next operation cancels: a normalisation subtracts the mean of each channel (Ioffe & Szegedy 2015, section
 * 3.2, for batch normalisation; the same holds for instance normalisation). A frozen batch normalisation keeps its mean, so
 * the bias before it has an effect.
 */

import { setArgument } from "../../fixes/edit-call.ts";
import type { GraphNode } from "../../network/graph.ts";
import { operationOf } from "../../ops/registry.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const biasBeforeNormalisation = lint(
  "lints/bias-before-normalisation",
  function* ({ graph, readers, callOf }) {
    const put = new Set(graph.outputs.flatMap(({ node, logits }) => [node, logits]));
    for (const node of graph.nodes) {
      const place = placeOf(node);
      if (place === undefined || !hasBias(node) || put.has(node.id)) continue;
      const [reader, second] = readers[node.id] ?? [];
      if (reader === undefined || second !== undefined || !subtractsMean(reader)) continue;
      const call = callOf(node);
      const fixes =
        call !== undefined && place.at === node.origin.span
          ? [{ title: "write `bias = false`", safe: false, edits: [setArgument(call, "bias", "false")] }]
          : [];
      const facts = { normalisation: reader.operation, weights: node.map.channels };
      yield { facts, ...place, fixes };
    }
  },
);

function hasBias(node: GraphNode): boolean {
  return "bias" in node.attributes && node.attributes.bias;
}

/** Of each channel by itself: the mean over several channels keeps their differences. */
function subtractsMean(node: GraphNode): boolean {
  return operationOf(node).statistics?.(node.attributes, [1, 1, 1])?.acrossChannels === false;
}
