/**
 * A transposed convolution that is initialised with zeros: its output is zero, and the layers before it get no gradient until
 * its weights have changed; if it is frozen, never. Long, Shelhamer & Darrell 2015, section 3.3, initialise theirs as
 * bilinear interpolation.
 */
import { setArgument } from "../../fixes/edit-call.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const zeroTransposed = lint("lints/zero-transposed", function* ({ graph, callOf }) {
  for (const node of graph.nodes) {
    const place = placeOf(node);
    if (node.operation !== "transposed_conv" || place === undefined) continue;
    const { init, frozen } = node.attributes;
    if (init.kind !== "constant" || init.value !== 0) continue;
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
    yield { facts: { frozen }, ...place, fixes };
  }
});
