/**
 * What cells depend on, found without the geometry rules: every operation spreads sets of input pixels from cell to
 * cell as its definition says, along one axis. Weights count as positive, so that nothing cancels.
 */
import type { Margins } from "../../compiler/ops/operation.ts";

/** The input pixels each cell depends on. */
export type Dependencies = readonly ReadonlySet<number>[];

export type Move =
  | {
      readonly kind: "window";
      readonly kernel: number;
      readonly stride: number;
      readonly dilation: number;
      readonly padding: Margins;
      readonly ceil: boolean;
    }
  | {
      readonly kind: "transposed";
      readonly kernel: number;
      readonly stride: number;
      readonly padding: Margins;
    }
  | { readonly kind: "crop"; readonly margins: Margins }
  | { readonly kind: "pad"; readonly margins: Margins }
  | { readonly kind: "nearest"; readonly factor: number }
  | { readonly kind: "bilinear"; readonly factor: number }
  | { readonly kind: "bed_of_nails"; readonly factor: number }
  /** The map added to a convolution of itself with a kernel of 3. */
  | { readonly kind: "residual"; readonly dilation: number }
  /** Two upsamplings by two of the map, added. */
  | { readonly kind: "two_ways" }
  /** A maxpool, a convolution that keeps the size or a shift by one cell, and the values put back. */
  | {
      readonly kind: "unpool";
      readonly kernel: number;
      readonly stride: number;
      readonly before: number;
      readonly shifted: boolean;
    };

export function image(pixels: number): Dependencies {
  return Array.from({ length: pixels }, (_, pixel) => new Set([pixel]));
}

/** The map after the move. A map without cells is no map, and nothing is made of it. */
export function spread(map: Dependencies, move: Move): Dependencies {
  if (map.length === 0) return map;
  switch (move.kind) {
    case "window":
      return windows(map, move.kernel, move.stride, move.dilation, move.padding, move.ceil);
    case "transposed":
      return transposed(map, move.kernel, move.stride, move.padding);
    case "crop":
      return cut(map, move.margins);
    case "pad":
      return [...blank(move.margins.before), ...map, ...blank(move.margins.after)];
    case "nearest":
      return map.flatMap((cell) => new Array<ReadonlySet<number>>(move.factor).fill(cell));
    case "bed_of_nails":
      return map.flatMap((cell) => [cell, ...blank(move.factor - 1)]);
    case "bilinear":
      return bilinear(map, move.factor);
    case "residual":
      return added(
        map,
        windows(map, 3, 1, move.dilation, { before: move.dilation, after: move.dilation }, false),
      );
    case "two_ways":
      return added(transposed(map, 2, 2, { before: 0, after: 0 }), bilinear(map, 2));
    case "unpool":
      return unpooled(map, move.kernel, move.stride, move.before, move.shifted);
  }
}

function blank(cells: number): Dependencies {
  return Array.from({ length: cells }, () => new Set<number>());
}

function cut(map: Dependencies, { before, after }: Margins): Dependencies {
  return map.slice(before, Math.max(before, map.length - after));
}

function union(cells: readonly (ReadonlySet<number> | undefined)[]): ReadonlySet<number> {
  return new Set(cells.flatMap((cell) => [...(cell ?? [])]));
}

export function added(first: Dependencies, second: Dependencies): Dependencies {
  if (first.length !== second.length) throw new Error(`${first.length} and ${second.length} cells`);
  return first.map((cell, place) => union([cell, second[place]]));
}

/** Windows one after the other, until the next would not fit, or in ceil mode until one has reached the end. */
function windows(
  map: Dependencies,
  kernel: number,
  stride: number,
  dilation: number,
  { before, after }: Margins,
  ceil: boolean,
): Dependencies {
  const reach = (kernel - 1) * dilation + 1;
  const end = map.length + after;
  const cells: ReadonlySet<number>[] = [];
  for (let start = -before; ; start += stride) {
    const fits = start + reach <= end;
    const previousReachedEnd = start - stride + reach >= end;
    if (ceil ? previousReachedEnd || start >= map.length : !fits) return cells;
    cells.push(union(Array.from({ length: kernel }, (_, tap) => map[start + tap * dilation])));
  }
}

function transposed(
  map: Dependencies,
  kernel: number,
  stride: number,
  { before, after }: Margins,
): Dependencies {
  const cells = blank(Math.max(0, stride * (map.length - 1) + kernel)).map((cell) => new Set(cell));
  map.forEach((cell, place) => {
    for (let tap = 0; tap < kernel; tap += 1)
      for (const pixel of cell) cells[place * stride + tap]?.add(pixel);
  });
  return cut(cells, { before, after });
}

/** Half-pixel centres; neighbours past the border are the border cell. */
function bilinear(map: Dependencies, factor: number): Dependencies {
  return Array.from({ length: map.length * factor }, (_, cell) => {
    const point = (cell + 0.5) / factor - 0.5;
    const neighbours = [Math.floor(point), Math.floor(point) + 1].filter(
      (near) => Math.abs(near - point) < 1,
    );
    return union(neighbours.map((near) => map[Math.min(Math.max(near, 0), map.length - 1)]));
  });
}

function unpooled(
  map: Dependencies,
  kernel: number,
  stride: number,
  before: number,
  shifted: boolean,
): Dependencies {
  const padding = { before, after: before };
  const pool = windows(map, kernel, stride, 1, padding, false);
  if (pool.length === 0 || (shifted && pool.length === 1)) return [];
  const values = shifted
    ? [...pool.slice(1), ...blank(1)]
    : windows(pool, 3, 1, 1, { before: 1, after: 1 }, false);
  return map.map((_, cell) =>
    union(
      pool.flatMap((decided, window) => {
        const start = window * stride - before;
        return cell >= start && cell < start + kernel ? [decided, values[window]] : [];
      }),
    ),
  );
}
