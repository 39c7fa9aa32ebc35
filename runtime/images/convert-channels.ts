/** Samples of one channel count as another: alpha dropped, RGB to grey and grey to RGB. */

import type { Samples } from "./raster.ts";

/** Recommendation ITU-R BT.601, section 2.5.1: the luma of red, green and blue. */
export function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/**
 * @param samples [pixels, from], where 2 is grey and alpha, 4 RGB and alpha
 * @returns [pixels, to], of the same array type
 */
export function convertChannels<T extends Samples>(samples: T, from: number, to: 1 | 3): T {
  if (from === to) return samples;
  const pixels = samples.length / from;
  const result = emptyLike(samples, pixels * to);
  const whole = !(samples instanceof Float32Array);
  const colour = from >= 3;
  for (let i = 0; i < pixels; i++) {
    const red = samples[i * from] ?? 0;
    const green = colour ? (samples[i * from + 1] ?? 0) : red;
    const blue = colour ? (samples[i * from + 2] ?? 0) : red;
    if (to === 1) {
      const level = colour ? luma(red, green, blue) : red;
      result[i] = whole ? Math.round(level) : level;
    } else {
      result[i * 3] = red;
      result[i * 3 + 1] = green;
      result[i * 3 + 2] = blue;
    }
  }
  return result;
}

function emptyLike<T extends Samples>(samples: T, length: number): T {
  const kind = samples.constructor as new (length: number) => T; // a typed array is made by its own class
  return new kind(length);
}
