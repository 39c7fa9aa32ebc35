/** Channels to positions and back: pixel shuffle, bed of nails, and what transposed convolution and unpooling make of them. */
import type { PerAxis } from "../../../axis.ts";
import { int, text } from "../attribute.ts";
import type { Row, RowContext } from "../row.ts";

/**
 * [n, height, width, factor × channels] → [n, factor·height, factor·width, channels]: channel (i·fx + j)·channels + c of a
 * position goes to row i and column j of its window.
 */
export function interleaved(value: string, [y, x]: PerAxis<number>, row: RowContext): string {
  if (y === 1 && x === 1) return value;
  if (y === x) {
    return row.step("DepthToSpace", [value], { block_size: int(y), data_format: text("NHWC") });
  }
  return fromBatch(row.concatenated(row.split(value, y * x, 3), 0), [y, x], row);
}

/** DepthToSpace has square blocks only: images of the batch as the positions of a window. */
function fromBatch(images: string, factor: PerAxis<number>, row: RowContext): string {
  const crops = row.builder.pairs([
    [0, 0],
    [0, 0],
  ]);
  return row.step("BatchToSpaceND", [images, row.builder.integers(factor), crops]);
}

/** Each value at the top left of a window of zeros. */
export function withZerosBetween(
  value: string,
  factor: PerAxis<number>,
  channels: number,
  row: RowContext,
): string {
  const [y, x] = factor;
  if (y === 1 && x === 1) return value;
  if (y === x) {
    const paddings = row.builder.pairs([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, channels * (y * x - 1)],
    ]);
    return interleaved(row.step("PadV2", [value, paddings, row.builder.number(0)]), factor, row);
  }
  const zeros = row.step("ZerosLike", [value]);
  const images = [value, ...new Array<string>(y * x - 1).fill(zeros)];
  return fromBatch(row.concatenated(images, 0), factor, row);
}

export const bedOfNails: Row<"bed_of_nails"> = (node, [map = ""], row) =>
  withZerosBetween(map, node.attributes.factor, node.map.channels, row);

/** Its channels are ordered (channel, window); those of `interleaved` (window, channel). */
export const pixelShuffle: Row<"pixel_shuffle"> = (node, [map = ""], row) => {
  const { factor } = node.attributes;
  const { channels } = node.map;
  const window = factor[0] * factor[1];
  const order = Array.from(
    { length: channels * window },
    (_, i) => (i % channels) * window + Math.floor(i / channels),
  );
  return interleaved(reordered(map, order, row), factor, row);
};

export const pixelUnshuffle: Row<"pixel_unshuffle"> = (node, [map = ""], row) => {
  const { factor } = node.attributes;
  const window = factor[0] * factor[1];
  const channels = node.map.channels / window;
  if (window === 1) return map;
  const paddings = row.builder.pairs([
    [0, 0],
    [0, 0],
  ]);
  const images = row.step("SpaceToBatchND", [map, row.builder.integers(factor), paddings]);
  const together = row.concatenated(row.split(images, window, 0), 3);
  const order = Array.from(
    { length: channels * window },
    (_, i) => (i % window) * channels + Math.floor(i / window),
  );
  return reordered(together, order, row);
};

/** Channel i of the result is channel order[i]. */
export function reordered(value: string, order: readonly number[], row: RowContext): string {
  if (order.every((channel, i) => channel === i)) return value;
  return row.step("GatherV2", [value, row.builder.integers(order), row.builder.integer(3)]);
}
