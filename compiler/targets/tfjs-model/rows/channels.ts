/** The channels of each position by themselves. */
import { bool } from "../attribute.ts";
import type { Row } from "../row.ts";
import { reordered } from "./rearranging.ts";

export const channelPool: Row<"channel_pool"> = (node, [map = ""], row) =>
  row.step(node.attributes.kind === "max" ? "Max" : "Mean", [map, row.builder.integers([3])], {
    keep_dims: bool(true),
  });

export const channelShuffle: Row<"channel_shuffle"> = (node, [map = ""], row) => {
  const { groups } = node.attributes;
  const members = node.map.channels / groups;
  const order = Array.from(
    { length: node.map.channels },
    (_, i) => (i % groups) * members + Math.floor(i / groups),
  );
  return reordered(map, order, row);
};
