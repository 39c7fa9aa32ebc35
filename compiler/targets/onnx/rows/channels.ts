/** The channels of each position by themselves. */
import { int, ints } from "../../../onnx/attribute.ts";
import type { Row } from "../row.ts";

export const channelPool: Row<"channel_pool"> = (node, inputs, row) =>
  row.main(node.attributes.kind === "max" ? "ReduceMax" : "ReduceMean", inputs, {
    axes: ints([1]),
    keepdims: int(1),
  });

export const channelShuffle: Row<"channel_shuffle"> = (node, [map = ""], row) => {
  const { groups } = node.attributes;
  const members = node.map.channels / groups;
  const order = Array.from(
    { length: node.map.channels },
    (_, i) => (i % groups) * members + Math.floor(i / groups),
  );
  return row.main("Gather", [map, row.model.integers(order)], { axis: int(1) });
};
