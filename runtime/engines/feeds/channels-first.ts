/** Feature maps between [batch, height, width, channels], as they cross an engine's border, and [batch, channels, height, width]. */

/** @param shape of the array: [batch, height, width, channels] */
export function channelsFirst(
  data: ArrayLike<number>,
  [batch, height, width, channels]: readonly [batch: number, height: number, width: number, channels: number],
): Float32Array {
  return moved(data, new Float32Array(data.length), batch, height * width, channels);
}

/** @param shape of the array: [batch, channels, height, width] */
export function channelsLast(
  data: ArrayLike<number>,
  [batch, channels, height, width]: readonly [batch: number, channels: number, height: number, width: number],
): Float32Array {
  return moved(data, new Float32Array(data.length), batch, channels, height * width);
}

/** Rows and columns of each image exchanged: [batch, rows, columns] to [batch, columns, rows]. */
function moved(
  given: ArrayLike<number>,
  result: Float32Array,
  batch: number,
  rows: number,
  columns: number,
): Float32Array {
  // of one kind: a loop that meets several takes several times as long
  const data = given instanceof Float32Array ? given : Float32Array.from(given);
  if (rows === 1 || columns === 1) {
    result.set(data);
    return result;
  }
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (let column = 0; column < columns; column++) {
      let from = image * rows * columns + column;
      for (let row = 0; row < rows; row++) {
        result[to++] = data[from] ?? 0;
        from += columns;
      }
    }
  }
  return result;
}
