/** The centres that heat maps show: their local maxima. */

export interface Peak {
  /** The pixel. */
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  readonly score: number;
}

export interface PeakSettings {
  /** The least value of a peak. */
  readonly threshold: number;
  /** No larger value is within so many pixels. */
  readonly radius: number;
}

/**
 * The most probable first. Of equal neighbours, which bilinear enlargement makes, the first in the order of rows is taken.
 * @param heat [height, width, channels] from `start` on
 */
export function peaksIn(
  heat: ArrayLike<number>,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  { threshold, radius }: PeakSettings,
  start = 0,
): readonly Peak[] {
  const reach = Math.max(1, Math.floor(radius));
  const around = disc(Math.max(1, radius), reach);
  const found: Peak[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < channels; channel++) {
        const score = heat[start + (row * width + column) * channels + channel] ?? Number.NaN;
        if (!(score >= threshold)) continue;
        const beaten = around.some(([dy, dx]) => {
          const [y, x] = [row + dy, column + dx];
          if (y < 0 || x < 0 || y >= height || x >= width) return false;
          const other = heat[start + (y * width + x) * channels + channel] ?? Number.NaN;
          return other > score || (other === score && (dy < 0 || (dy === 0 && dx < 0)));
        });
        if (!beaten) found.push({ row, column, channel, score });
      }
  return found.sort((a, b) => b.score - a.score);
}

/** Steps [down, right] to the neighbours, the nearest first: they are the likeliest to be larger. */
function disc(radius: number, reach: number): readonly (readonly [number, number])[] {
  const steps: [number, number][] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++)
      if ((dy !== 0 || dx !== 0) && dy * dy + dx * dx <= radius * radius) steps.push([dy, dx]);
  return steps.sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d);
}
