/** Pooling over the channels of each position (Woo et al. 2018, section 3.2). */
import type { Attributes } from "./attributes.ts";
import { oneOf } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { cellwiseOperation } from "./rules.ts";
import { said } from "./said.ts";

export const channelPool: Operation<Attributes["channel_pool"]> = {
  ...cellwiseOperation<Attributes["channel_pool"]>({
    name: "channel_pool",
    summary: "The maximum or mean over the channels of each position; the result is one channel.",
    kind: "channel mixing",
    label: ({ kind }) => `${kind} over channels`,
    schema: { kind: oneOf("max", "average") },
    say: ({ kind }) => said(kind === "max" ? "maxpool" : "avgpool", ["over = channels"]),
  }),
  channels: () => 1,
};
