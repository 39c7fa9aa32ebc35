/** Attention as products of matrices: a feature map is one of its positions by its channels. */
import { bool, type } from "../attribute.ts";
import type { Row, RowContext } from "../row.ts";

export const attend: Row<"attend"> = (node, [query = "", key = "", value = ""], row) => {
  const { heads } = node.attributes;
  const { builder } = row;
  /** [batch · heads, positions, channels of a head]; with one head nothing moves. */
  const byHeads = (map: string, place: number): string => {
    const channels = row.channelsOf(place);
    if (heads === 1) return row.step("Reshape", [map, positionsBy(place, channels, row)]);
    const positions = row.calculate("multiply", row.extentAlong(place, 0), row.extentAlong(place, 1));
    const apart = row.step("Reshape", [
      map,
      row.integers(row.joined([-1], positions, [heads, channels / heads])),
    ]);
    const ordered = row.step("Transpose", [apart, builder.integers([0, 2, 1, 3])]);
    return row.step("Reshape", [ordered, row.integers(row.joined([-1], positions, [channels / heads]))]);
  };
  const scores = product(byHeads(query, 0), byHeads(key, 1), { flipSecond: true }, row);
  const means = product(row.step("Softmax", [scores]), byHeads(value, 2), {}, row);
  const { channels } = node.map;
  const size = row.extent(0);
  if (heads === 1) return row.step("Reshape", [means, row.integers(row.joined([-1], size, [channels]))]);
  const positions = row.calculate("multiply", row.extentAlong(0, 0), row.extentAlong(0, 1));
  const apart = row.step("Reshape", [
    means,
    row.integers(row.joined([-1, heads], positions, [channels / heads])),
  ]);
  const ordered = row.step("Transpose", [apart, builder.integers([0, 2, 1, 3])]);
  return row.step("Reshape", [ordered, row.integers(row.joined([-1], size, [channels]))]);
};

export const gather: Row<"gather"> = (node, [map = "", masks = ""], row) => {
  const { mean, positions } = node.attributes;
  const [regions] = positions;
  const { channels } = node.map;
  const values = row.step("Reshape", [map, positionsBy(0, channels, row)]);
  const weights = row.step("Reshape", [masks, positionsBy(1, regions, row)]);
  const sums = product(weights, mean ? divided(values, row) : values, { flipFirst: true }, row);
  return row.step("Reshape", [sums, row.builder.integers([-1, regions, 1, channels])]);
};

/** By the number of positions. */
function divided(values: string, row: RowContext): string {
  const positions = row.calculate("multiply", row.extentAlong(0, 0), row.extentAlong(0, 1));
  if (!("value" in positions)) return row.step("RealDiv", [values, row.builder.number(positions[0] ?? 1)]);
  const count = row.step("Cast", [positions.value], { DstT: type("DT_FLOAT") });
  return row.step("RealDiv", [values, count]);
}

export const distribute: Row<"distribute"> = (node, [weights = "", gathered = ""], row) => {
  const { channels } = node.map;
  const [regions] = node.attributes.positions;
  const shares = row.step("Reshape", [weights, positionsBy(0, regions, row)]);
  const values = row.step("Reshape", [gathered, row.builder.integers([-1, regions, channels])]);
  const sums = product(shares, values, {}, row);
  return row.step("Reshape", [sums, row.integers(row.joined([-1], row.extent(0), [channels]))]);
};

/** The shape [batch, positions, channels] of the nth input. */
function positionsBy(place: number, channels: number, row: RowContext): string {
  const positions = row.calculate("multiply", row.extentAlong(place, 0), row.extentAlong(place, 1));
  return row.integers(row.joined([-1], positions, [channels]));
}

/** Of each image, of one with rows and columns exchanged. */
function product(
  first: string,
  second: string,
  { flipFirst = false, flipSecond = false }: { readonly flipFirst?: boolean; readonly flipSecond?: boolean },
  row: RowContext,
): string {
  return row.step("BatchMatMulV2", [first, second], { adj_x: bool(flipFirst), adj_y: bool(flipSecond) });
}
