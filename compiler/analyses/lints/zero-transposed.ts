/**
 * A transposed convolution that is initialised with zeros: its output is zero, and the layers before it get no gradient until
 * its weights have changed; if it is frozen, never. Long, Shelhamer & Darrell 2015, section 3.3, initialise theirs as
 * bilinear interpolation.
 */

import { setArgument } from "../../fixes/edit-call.ts";
import { kernelOf } from "../../network/node-weights.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const zeroTransposed = lint("lints/zero-transposed", function* ({ graph, callOf }) {
  for (const node of graph.nodes) {
    const place = placeOf(node);
    const weight = kernelOf(graph, node);
    if (place === undefined || weight?.kernel?.transposed !== true) continue;
    const { initialisation, trainable } = weight;
    if (initialisation.kind !== "constant" || initialisation.value !== 0) continue;
    const call = callOf(node);
    const fixes =
      call !== undefined && place.at === node.origin.span
        ? [
            {
              title: "write `init = bilinear`",
              safe: false,
              edits: [setArgument(call, "init", "bilinear")],
            },
          ]
        : [];
    yield { facts: { frozen: !trainable }, ...place, fixes };
  }
});
