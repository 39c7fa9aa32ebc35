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
      /** A convolution; otherwise an average pool. */
      readonly learned: boolean;
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
  | { readonly kind: "pixel_shuffle"; readonly factor: number }
  | { readonly kind: "pixel_unshuffle"; readonly window: number }
  /** The map added to a convolution of itself with a kernel of 3. */
  | { readonly kind: "residual"; readonly dilation: number }
  /** Two upsamplings by two of the map, added. */
  | { readonly kind: "two_ways" }
  /** A maxpool, a convolution that keeps the size or a shift by one cell, and the values put back. */
  | {
      readonly kind: "unpool";
      readonly kernel: number;
      readonly stride: number;
      readonly dilation: number;
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
      return windows(map, move);
    case "transposed":
      return transposed(map, move.kernel, move.stride, move.padding);
    case "crop":
      return cut(map, move.margins);
    case "pad":
      return [...blank(move.margins.before), ...map, ...blank(move.margins.after)];
    case "nearest":
    case "pixel_shuffle":
      return map.flatMap((cell) => new Array<ReadonlySet<number>>(move.factor).fill(cell));
    case "bed_of_nails":
      return map.flatMap((cell) => [cell, ...blank(move.factor - 1)]);
    case "pixel_unshuffle":
      if (map.length % move.window !== 0) return [];
      return Array.from({ length: map.length / move.window }, (_, cell) =>
        union(map.slice(cell * move.window, (cell + 1) * move.window)),
      );
    case "bilinear":
      return bilinear(map, move.factor);
    case "residual":
      return added(
        map,
        windows(map, {
          kernel: 3,
          stride: 1,
          dilation: move.dilation,
          padding: { before: move.dilation, after: move.dilation },
          ceil: false,
          learned: true,
        }),
      );
    case "two_ways":
      return added(transposed(map, 2, 2, { before: 0, after: 0 }), bilinear(map, 2));
    case "unpool":
      return unpooled(map, move);
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

type Windows = Omit<Extract<Move, { readonly kind: "window" }>, "kind">;

/**
 * Windows one after the other, until the next would not fit, or in ceil mode until one has reached the end. A pool with a
 * window that holds no cell of the map has no result.
 */
function windows(
  map: Dependencies,
  { kernel, stride, dilation, padding, ceil, learned }: Windows,
): Dependencies {
  const { before, after } = padding;
  const reach = (kernel - 1) * dilation + 1;
  const end = map.length + after;
  const cells: ReadonlySet<number>[] = [];
  for (let start = -before; ; start += stride) {
    const fits = start + reach <= end;
    const previousReachedEnd = start - stride + reach >= end;
    if (ceil ? previousReachedEnd || start >= map.length : !fits) return cells;
    const taps = Array.from({ length: kernel }, (_, tap) => map[start + tap * dilation]);
    if (!learned && taps.every((tap) => tap === undefined)) return [];
    cells.push(union(taps));
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

function unpooled(map: Dependencies, move: Extract<Move, { readonly kind: "unpool" }>): Dependencies {
  const { kernel, stride, dilation, before, shifted } = move;
  const padding = { before, after: before };
  const pool = windows(map, { kernel, stride, dilation, padding, ceil: false, learned: false });
  if (pool.length === 0 || (shifted && pool.length === 1)) return [];
  const values = shifted
    ? [...pool.slice(1), ...blank(1)]
    : windows(pool, {
        kernel: 3,
        stride: 1,
        dilation: 1,
        padding: { before: 1, after: 1 },
        ceil: false,
        learned: true,
      });
  return map.map((_, cell) =>
    union(
      pool.flatMap((decided, window) => {
        const start = window * stride - before;
        const taps = Array.from({ length: kernel }, (_, tap) => start + tap * dilation);
        return taps.includes(cell) ? [decided, values[window]] : [];
      }),
    ),
  );
}
