/**
 * A sum, difference, maximum or minimum of one channel with many. A product with one channel is a gate, as in spatial attention
 * (Oktay et al. 2018, section 2.2; Woo et al. 2018, section 3). Elsewhere a single channel is rarely meant: it adds the same
 * values to every channel.
 */
import { operationOf } from "../../ops/registry.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const oneChannel = lint("lints/one-channel", function* ({ graph }) {
  for (const node of graph.nodes) {
    const place = placeOf(node);
    const { broadcasts, joins } = operationOf(node);
    const { channels } = node.map;
    if (broadcasts !== true || joins === "multiplies" || channels === 1 || place === undefined) continue;
    const single = node.inputs.some((id) => graph.nodes[id]?.map.channels === 1);
    if (single) yield { facts: { join: node.operation, channels }, ...place };
  }
});
