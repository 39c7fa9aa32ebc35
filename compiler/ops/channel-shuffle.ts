/** Channel shuffle between grouped convolutions (Zhang et al. 2018, section 3.1). */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { divisors } from "../sizes/integers.ts";
import type { Attributes } from "./attributes.ts";
import { count as countNotation } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { count, required, requiredArgument } from "./parameters.ts";
import { cellwiseOperation, inputAt } from "./rules.ts";
import { said } from "./said.ts";
import type { Word } from "./word.ts";

const summary =
  "Channels interleaved across groups: the first of every group, then the second of every group, and so on.";

export const channelShuffle: Operation<Attributes["channel_shuffle"]> = {
  ...cellwiseOperation<Attributes["channel_shuffle"]>({
    name: "channel_shuffle",
    summary,
    kind: "channel mixing",
    label: ({ groups }) => `shuffle ${groups}`,
    schema: { groups: countNotation },
    say: ({ groups }) => said("channel_shuffle", [`${groups}`]),
  }),
  channels: ({ groups }, inputs): number | Refusal => {
    const channels = inputAt(inputs, 0);
    if (channels % groups === 0) return channels;
    const facts = { call: `channel_shuffle(${groups})`, parts: groups, what: "groups", channels } as const;
    return refuse("operations/parts-do-not-divide", { ...facts, possible: divisors(channels) }, "groups");
  },
};

export const channelShuffleWord: Word = {
  name: "channel_shuffle",
  summary,
  parameters: [
    required(
      "groups",
      count,
      "Groups of channels, usually those of the convolution before; must divide the channels.",
    ),
  ],
  lower: (call) => [
    {
      operation: "channel_shuffle",
      attributes: { groups: requiredArgument(call, "groups", "count") },
      inputs: [call.current.node],
    },
  ],
};
