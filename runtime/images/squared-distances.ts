/** The exact Euclidean distance transform (Felzenszwalb & Huttenlocher 2012), in time linear in the pixels. */

/**
 * The squared distance of every pixel to the nearest site, pixels², [height, width]; Infinity where there is no site.
 * @param sites not 0: a site, [height, width]
 */
export function squaredDistances(sites: ArrayLike<number>, height: number, width: number): Float64Array {
  const vertical = verticalDistances(sites, height, width);
  const result = new Float64Array(height * width);
  // the lower envelope of the parabolas of a row: their places, and where each begins
  const places = new Int32Array(width);
  const starts = new Float64Array(width + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const height2 = (x: number) => (vertical[row + x] ?? 0) ** 2;
    let count = 0;
    for (let x = 0; x < width; x++) {
      const own = height2(x);
      if (own === Number.POSITIVE_INFINITY) continue;
      let start = Number.NEGATIVE_INFINITY;
      while (count > 0) {
        const last = places[count - 1] ?? 0;
        start = (own + x * x - height2(last) - last * last) / (2 * (x - last));
        if (start > (starts[count - 1] ?? 0)) break;
        count -= 1;
        start = Number.NEGATIVE_INFINITY;
      }
      places[count] = x;
      starts[count] = start;
      count += 1;
    }
    if (count === 0) {
      result.fill(Number.POSITIVE_INFINITY, row, row + width);
      continue;
    }
    let parabola = 0;
    for (let x = 0; x < width; x++) {
      while (parabola + 1 < count && (starts[parabola + 1] ?? 0) < x) parabola += 1;
      const place = places[parabola] ?? 0;
      result[row + x] = (x - place) ** 2 + height2(place);
    }
  }
  return result;
}

/** To the nearest site of the same column. */
function verticalDistances(sites: ArrayLike<number>, height: number, width: number): Float64Array {
  const result = new Float64Array(height * width);
  for (let x = 0; x < width; x++) {
    let distance = Number.POSITIVE_INFINITY;
    for (let y = 0; y < height; y++) {
      distance = sites[y * width + x] === 0 ? distance + 1 : 0;
      result[y * width + x] = distance;
    }
    for (let y = height - 1; y >= 0; y--) {
      distance = sites[y * width + x] === 0 ? distance + 1 : 0;
      if (distance < (result[y * width + x] ?? 0)) result[y * width + x] = distance;
    }
  }
  return result;
}
