/** Resampling by its definition: where each result lies on the input, and what lies around there. */
import { type Maps, maps, valueAt } from "./map.ts";

/** Result cell o of `results` covers the o-th of equal shares of the input; nearest takes the cell its left edge lies in. */
export function nearest(input: Maps, height: number, width: number, alignCorners: boolean): Maps {
  const along = (o: number, cells: number, results: number): number => {
    if (alignCorners) return results === 1 ? 0 : Math.floor((o * (cells - 1)) / (results - 1) + 0.5);
    return Math.floor((o * cells) / results);
  };
  return maps(input.batch, input.channels, height, width, (b, c, y, x) =>
    valueAt(input, [b, c, along(y, input.height, height), along(x, input.width, width)]),
  );
}

/** The four cells around a point, weighted by the opposite areas; cells outside repeat the edge. */
export function bilinear(input: Maps, height: number, width: number, alignCorners: boolean): Maps {
  const along = (o: number, cells: number, results: number): number => {
    if (alignCorners) return results === 1 ? 0 : (o * (cells - 1)) / (results - 1);
    return ((o + 0.5) * cells) / results - 0.5;
  };
  const clamped = (index: number, cells: number): number => Math.min(Math.max(index, 0), cells - 1);
  return maps(input.batch, input.channels, height, width, (b, c, y, x) => {
    const atY = along(y, input.height, height);
    const atX = along(x, input.width, width);
    let sum = 0;
    for (const row of [Math.floor(atY), Math.floor(atY) + 1]) {
      for (const column of [Math.floor(atX), Math.floor(atX) + 1]) {
        const weight = (1 - Math.abs(atY - row)) * (1 - Math.abs(atX - column));
        sum += weight * valueAt(input, [b, c, clamped(row, input.height), clamped(column, input.width)]);
      }
    }
    return sum;
  });
}

/** The mean of the cells that the o-th of equal shares of the input touches, along each axis. */
export function area(input: Maps, height: number, width: number): Maps {
  const touched = (o: number, cells: number, results: number): readonly number[] =>
    Array.from({ length: cells }, (_, i) => i).filter(
      (i) => (i + 1) * results > o * cells && i * results < (o + 1) * cells,
    );
  return maps(input.batch, input.channels, height, width, (b, c, y, x) => {
    const rows = touched(y, input.height, height);
    const columns = touched(x, input.width, width);
    const sum = rows.flatMap((row) => columns.map((column) => valueAt(input, [b, c, row, column])));
    return sum.reduce((a, value) => a + value, 0) / sum.length;
  });
}

export function bedOfNails(input: Maps, factor: readonly [number, number]): Maps {
  return maps(input.batch, input.channels, input.height * factor[0], input.width * factor[1], (b, c, y, x) =>
    y % factor[0] === 0 && x % factor[1] === 0 ? valueAt(input, [b, c, y / factor[0], x / factor[1]]) : 0,
  );
}

/** Channel c·fy·fx + i·fx + j of cell (y, x) to channel c of cell (y·fy + i, x·fx + j) (PyTorch's order). */
export function pixelShuffle(input: Maps, [fy, fx]: readonly [number, number]): Maps {
  const channels = input.channels / (fy * fx);
  return maps(input.batch, channels, input.height * fy, input.width * fx, (b, c, y, x) => {
    const channel = c * fy * fx + (y % fy) * fx + (x % fx);
    return valueAt(input, [b, channel, Math.floor(y / fy), Math.floor(x / fx)]);
  });
}

export function pixelUnshuffle(input: Maps, [fy, fx]: readonly [number, number]): Maps {
  const channels = input.channels * fy * fx;
  return maps(input.batch, channels, input.height / fy, input.width / fx, (b, channel, y, x) => {
    const place = channel % (fy * fx);
    const cell = [y * fy + Math.floor(place / fx), x * fx + (place % fx)] as const;
    return valueAt(input, [b, Math.floor(channel / (fy * fx)), ...cell]);
  });
}
