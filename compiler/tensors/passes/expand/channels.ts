/** The channels of each position by themselves: their maximum or mean, and another order. */
import { four } from "../../value.ts";
import { type Expansion, only } from "./expansion.ts";

export const channelPool: Expansion<"channel_pool"> = ({ attributes: { kind } }, context) =>
  kind === "max" ? context.build.max(only(context), [1]) : context.build.mean(only(context), [1]);

export const channelShuffle: Expansion<"channel_shuffle"> = ({ attributes: { groups } }, context) => {
  const { build } = context;
  const x = only(context);
  const [batch, channels, height, width] = four(x.shape);
  const apart = build.reshape(x, [batch, groups, channels / groups, height * width]);
  return build.reshape(build.transpose(apart, [0, 2, 1, 3]), x.shape);
};
