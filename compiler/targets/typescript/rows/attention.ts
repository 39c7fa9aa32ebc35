/** Attention, and the channels of each position by themselves. */
import { argument, argumentHole, expression, type Row, settingsHole, withArguments } from "../row.ts";

export const channelPool: Row<"channel_pool"> = ({ attributes: { kind } }, [x = ""]) =>
  kind === "max"
    ? expression(`channelMax(${x})`, "channelMax")
    : expression(`tf.mean<tf.Tensor4D>(${x}, 3, true)`);

export const channelShuffle: Row<"channel_shuffle"> = ({ attributes: { groups } }, [x = ""]) =>
  withArguments(
    expression(`channelShuffle(${x}, ${argumentHole("groups")})`, "channelShuffle"),
    argument("groups", groups),
  );

export const attend: Row<"attend"> = ({ attributes: { heads } }, inputs) =>
  withArguments(
    expression(`attend(${inputs.join(", ")}${settingsHole})`, "attend"),
    argument("heads", heads, 1),
  );

export const gather: Row<"gather"> = ({ attributes: { mean } }, inputs) =>
  withArguments(
    expression(`gather(${inputs.join(", ")}${settingsHole})`, "gather"),
    argument("mean", mean, false),
  );

export const distribute: Row<"distribute"> = (_, inputs) =>
  expression(`distribute(${inputs.join(", ")})`, "distribute");
