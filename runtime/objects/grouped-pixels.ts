/** Pixels grouped into objects by the centre that their offset leads to (Cheng et al. 2020, section 3.3). */

export interface GroupSettings {
  /** Pixels that an offset of 1 means. */
  readonly unit: number;
  /** Pixels between where an offset leads and the centre, at most. */
  readonly distance: number;
}

export interface CentrePixel {
  readonly row: number;
  readonly column: number;
}

/**
 * [height, width]: the number of the nearest centre, counted from 1; 0: none is near enough.
 * @param offsets [height, width, 2], down and to the right
 * @param outside whether a pixel belongs to no object whatever its offset
 */
export function groupedPixels(
  offsets: ArrayLike<number>,
  [height, width]: readonly [height: number, width: number],
  centres: readonly CentrePixel[],
  { unit, distance }: GroupSettings,
  outside: (pixel: number) => boolean = () => false,
): Uint16Array {
  const numbers = new Uint16Array(height * width);
  const cells = new Map<string, number[]>();
  const cellOf = (y: number, x: number) => `${Math.floor(y / distance)} ${Math.floor(x / distance)}`;
  for (const [i, { row, column }] of centres.slice(0, 65535).entries())
    for (const dy of [-distance, 0, distance])
      for (const dx of [-distance, 0, distance]) {
        const cell = cellOf(row + dy, column + dx);
        cells.set(cell, [...(cells.get(cell) ?? []), i]);
      }
  for (let pixel = 0; pixel < numbers.length; pixel++) {
    if (outside(pixel)) continue;
    const y = Math.floor(pixel / width) + unit * (offsets[2 * pixel] ?? Number.NaN);
    const x = (pixel % width) + unit * (offsets[2 * pixel + 1] ?? Number.NaN);
    let nearest = distance;
    for (const i of cells.get(cellOf(y, x)) ?? []) {
      const centre = centres[i];
      if (centre === undefined) continue;
      const away = Math.hypot(centre.row - y, centre.column - x);
      if (away > nearest || (away === nearest && numbers[pixel] !== 0)) continue;
      nearest = away;
      numbers[pixel] = i + 1;
    }
  }
  return numbers;
}
