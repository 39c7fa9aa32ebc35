/** Attention, and the channels of each position by themselves. */
import { expression, keywords, type Row } from "../row.ts";

export const channelPool: Row<"channel_pool"> = ({ attributes: { kind } }, [x = ""]) =>
  expression(`${x}.${kind === "max" ? "amax" : "mean"}(dim=1, keepdim=True)`);

export const channelShuffle: Row<"channel_shuffle"> = ({ attributes: { groups } }, [x = ""]) =>
  expression(`channel_shuffle(${x}, ${groups})`, "channel_shuffle");

export const attend: Row<"attend"> = ({ attributes: { heads } }, inputs) =>
  expression(
    `attend(${inputs.join(", ")}${keywords({ heads: heads === 1 ? undefined : String(heads) })})`,
    "attend",
  );

export const gather: Row<"gather"> = ({ attributes: { mean } }, inputs) =>
  expression(`gather(${inputs.join(", ")}${keywords({ mean: mean ? "True" : undefined })})`, "gather");

export const distribute: Row<"distribute"> = (_, inputs) =>
  expression(`distribute(${inputs.join(", ")})`, "distribute");
