/** Attention as products of matrices. */
import { int, ints } from "../../../onnx/attribute.ts";
import type { Integers, Row, RowContext } from "../row.ts";

export const attend: Row<"attend"> = (node, [query = "", key = "", value = ""], row) => {
  const { heads } = node.attributes;
  /** [batch, heads, channels of a head, positions] */
  const byHeads = (map: string, channels: number): string =>
    row.step("Reshape", [map, row.model.integers([0, heads, channels / heads, -1])]);
  const features = row.channelsOf(0);
  const keys = row.step("Transpose", [byHeads(key, features)], { perm: ints([0, 1, 3, 2]) });
  const scores = row.step("MatMul", [keys, byHeads(query, features)]);
  const shares = row.step("Softmax", [scores], { axis: int(2) });
  const means = row.step("MatMul", [byHeads(value, row.channelsOf(2)), shares]);
  return row.main("Reshape", [means, withSizeOf(0, node.map.channels, row)]);
};

export const gather: Row<"gather"> = (node, [map = "", masks = ""], row) => {
  const { mean, positions } = node.attributes;
  const [regions] = positions;
  const flat = row.step("Reshape", [map, row.model.integers([0, node.map.channels, -1])]);
  const weights = row.step("Reshape", [masks, row.model.integers([0, regions, -1])]);
  const columns = row.step("Transpose", [weights], { perm: ints([0, 2, 1]) });
  const sums = row.step("MatMul", [mean ? divided(flat, row) : flat, columns]);
  return row.main("Unsqueeze", [sums, row.model.integers([3])]);
};

/** By the number of positions. */
function divided(flat: string, row: RowContext): string {
  const count = row.step("Cast", [row.model.shapeOf(flat, 2, 3)], { to: int(1) });
  return row.step("Div", [flat, count]);
}

export const distribute: Row<"distribute"> = (node, [weights = "", gathered = ""], row) => {
  const { channels } = node.map;
  const [regions] = node.attributes.positions;
  const flat = row.step("Reshape", [weights, row.model.integers([0, regions, -1])]);
  const values = row.step("Reshape", [gathered, row.model.integers([0, channels, regions])]);
  const sums = row.step("MatMul", [values, flat]);
  return row.main("Reshape", [sums, withSizeOf(0, channels, row)]);
};

/** [as many images, so many channels, height and width of the nth input] */
function withSizeOf(place: number, channels: number, row: RowContext): string {
  const images: Integers = [0];
  return row.integers(row.joined(images, [channels], row.extent(place)));
}
