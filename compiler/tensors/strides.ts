/** Strides of row-major arrays, and the walk over one array beside another. */

/** Elements from one position to the next along each axis. */
export function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return result;
}

/** Strides of an array that is repeated to a larger shape: 0 along the axes it is repeated on. Last axes are aligned. */
export function repeatedStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = strides(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0)));
}

/**
 * Visits every row (along the last axis) of an array of this shape.
 * @param visit is given the row's first element, and the element of the other array beside it; from there each step along the row
 * is one element of the first array, and the last of `others` of the other.
 */
export function walkRows(
  shape: readonly number[],
  others: readonly number[],
  visit: (first: number, other: number) => void,
): void {
  const length = shape.at(-1) ?? 1;
  const outer = shape.slice(0, -1);
  const place = outer.map(() => 0);
  const rows = outer.reduce((count, extent) => count * extent, 1);
  let other = 0;
  for (let row = 0; row < rows; row++) {
    visit(row * length, other);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      other += others[axis] ?? 0;
      if (next < (outer[axis] ?? 1)) {
        place[axis] = next;
        break;
      }
      place[axis] = 0;
      other -= next * (others[axis] ?? 0);
    }
  }
}

/** The array repeated to the shape; the same array where it has that shape. */
export function repeated(data: Float64Array, from: readonly number[], to: readonly number[]): Float64Array {
  const count = to.reduce((product, extent) => product * extent, 1);
  if (data.length === count) return data;
  const result = new Float64Array(count);
  if (data.length === 1) return result.fill(data[0] ?? 0);
  const others = repeatedStrides(from, to);
  const [length, stride] = [to.at(-1) ?? 1, others.at(-1) ?? 0];
  walkRows(to, others, (first, other) => {
    for (let i = 0; i < length; i++) result[first + i] = data[other + i * stride] ?? 0;
  });
  return result;
}
