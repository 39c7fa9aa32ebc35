/** A separable Gaussian blur, direct sums along rows and then columns: the baseline that image filters are compared with. */

export interface ChannelMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height, width, channels] */
  readonly data: Float32Array;
}

/** @param deviation pixels; the kernel is truncated at three of them, and there are zeros beyond the feature map */
export function blurSeparably(map: ChannelMap, deviation: number): ChannelMap {
  const reach = Math.ceil(3 * deviation);
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)),
  );
  const rowLength = map.width * map.channels;
  const across = along(map.data, map.channels, rowLength, taps);
  return { ...map, data: along(across, rowLength, map.data.length, taps) };
}

/** Along one axis: neighbours are `step` values apart, and lines end after every `length` values. */
function along(values: Float32Array, step: number, length: number, taps: Float64Array): Float32Array {
  const reach = (taps.length - 1) / 2;
  const sums = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += length) {
    const end = start + length;
    for (let at = start; at < end; at += step) {
      for (let tap = -reach; tap <= reach; tap++) {
        const from = at + tap * step;
        if (from < start || from >= end) continue;
        const factor = taps[tap + reach] ?? 0;
        for (let i = 0; i < step; i++) sums[at + i] = (sums[at + i] ?? 0) + factor * (values[from + i] ?? 0);
      }
    }
  }
  return sums;
}
