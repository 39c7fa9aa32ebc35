/** Pooling and unpooling by their definitions. */
import type { PoolAttributes } from "../../../compiler/ops/attributes.ts";
import { addAt, type Maps, maps, valueAt } from "./map.ts";

/** Windows along one axis; in ceil mode a last window that would start in the padding after the map is dropped. */
export function windowCount(a: PoolAttributes, cells: number, axis: 0 | 1): number {
  const { before, after } = a.padding[axis];
  const reach = (a.kernel[axis] - 1) * a.dilation[axis] + 1;
  const steps = (cells + before + after - reach) / a.stride[axis];
  let count = (a.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (a.ceil && (count - 1) * a.stride[axis] >= cells + before) count--;
  return count;
}

function pooled(
  a: PoolAttributes,
  input: Maps,
  reduce: (cells: readonly { row: number; column: number; value: number }[]) => number,
): Maps {
  const rows = windowCount(a, input.height, 0);
  const columns = windowCount(a, input.width, 1);
  return maps(input.batch, input.channels, rows, columns, (b, c, y, x) => {
    const cells: { row: number; column: number; value: number }[] = [];
    for (let i = 0; i < a.kernel[0]; i++) {
      for (let j = 0; j < a.kernel[1]; j++) {
        const row = y * a.stride[0] + i * a.dilation[0] - a.padding[0].before;
        const column = x * a.stride[1] + j * a.dilation[1] - a.padding[1].before;
        const value = valueAt(input, [b, c, row, column]);
        if (!Number.isNaN(value)) cells.push({ row, column, value });
      }
    }
    return reduce(cells);
  });
}

export const maxpool = (a: PoolAttributes, input: Maps): Maps =>
  pooled(a, input, (cells) => Math.max(...cells.map(({ value }) => value)));

export const avgpool = (a: PoolAttributes, input: Maps): Maps =>
  pooled(a, input, (cells) => cells.reduce((sum, { value }) => sum + value, 0) / cells.length);

/** Flat index, row · width + column, of the first maximum of each window in row order. */
export const firstMaxima = (a: PoolAttributes, input: Maps): Maps =>
  pooled(a, input, (cells) => {
    const most = Math.max(...cells.map(({ value }) => value));
    const first = cells.find(({ value }) => value === most);
    return first === undefined ? Number.NaN : first.row * input.width + first.column;
  });

/** `values` laid where the maxima of `poolInput` were; values that meet add. */
export function unpool(a: PoolAttributes, poolInput: Maps, values: Maps): Maps {
  const places = firstMaxima(a, poolInput);
  const { batch, channels, height, width } = poolInput;
  const result = maps(batch, channels, height, width, () => 0);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < values.height; y++) {
        for (let x = 0; x < values.width; x++) {
          const place = valueAt(places, [b, c, y, x]);
          addAt(result, [b, c, Math.floor(place / width), place % width], valueAt(values, [b, c, y, x]));
        }
      }
    }
  }
  return result;
}

export function globalPool(kind: "max" | "average", input: Maps): Maps {
  return maps(input.batch, input.channels, 1, 1, (b, c) => {
    const cells: number[] = [];
    for (let y = 0; y < input.height; y++) {
      for (let x = 0; x < input.width; x++) cells.push(valueAt(input, [b, c, y, x]));
    }
    return kind === "max" ? Math.max(...cells) : cells.reduce((sum, value) => sum + value, 0) / cells.length;
  });
}

/** Bin i of b over n cells: cells ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉ (PyTorch's AdaptiveAvgPool2d). */
export function adaptivePool(kind: "max" | "average", bins: readonly [number, number], input: Maps): Maps {
  const cellsOf = (bin: number, cells: number, count: number): readonly number[] =>
    Array.from({ length: cells }, (_, cell) => cell).filter(
      (cell) => cell >= Math.floor((bin * cells) / count) && cell < Math.ceil(((bin + 1) * cells) / count),
    );
  return maps(input.batch, input.channels, bins[0], bins[1], (b, c, y, x) => {
    const values = cellsOf(y, input.height, bins[0]).flatMap((row) =>
      cellsOf(x, input.width, bins[1]).map((column) => valueAt(input, [b, c, row, column])),
    );
    return kind === "max"
      ? Math.max(...values)
      : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}
