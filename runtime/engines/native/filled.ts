/** Channels that do not fill blocks: the last block is filled up. */
import type { MapExtents } from "./blocked-sums.ts";

/** With what fills the last block. */
export function filled(channels: number, block: number): number {
  return Math.ceil(channels / block) * block;
}

export function filledShape([batch, channels, height, width]: MapExtents, block: number): MapExtents {
  return [batch, filled(channels, block), height, width];
}

/** Whether the blocked kernels gain more than the products by what fills the last block cost; what reorders takes whole fours. */
export function isWorthFilling(channels: number, block: number): boolean {
  return channels % 4 === 0 && 3 * filled(channels, block) <= 4 * channels;
}
