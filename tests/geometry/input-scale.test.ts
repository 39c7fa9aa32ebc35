/** Inputs of proportional sizes against counting: every coarse pixel is the set of fine pixels that it covers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinOffsets } from "../../compiler/analyses/alignment/join-offsets.ts";
import { placesAt } from "../../compiler/analyses/alignment/places-at.ts";
import { fieldOfCell } from "../../compiler/geometry/grid.ts";
import { gridWithin } from "../../compiler/geometry/grid-within.ts";
import { unrelated } from "../../compiler/geometry/input-scale.ts";
import { shapeGraph } from "../../compiler/network/shape-graph.ts";
import { renderInspection } from "../../views/terminal/inspection/render-inspection.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** One axis of a map: of every cell, the pixels of the finest input that move it, and the place of its centre. */
interface CountedMap {
  /** `undefined`: without borders. */
  readonly cells: number | undefined;
  readonly pixels: (cell: number) => ReadonlySet<number>;
  readonly centre: (cell: number) => number;
}

/** Pixel j is the stretch from j·over/under to (j + 1)·over/under of the scene, a fine pixel that from p to p + 1. */
function inputOf(over: number, under: number, cells: number | undefined): CountedMap {
  return {
    cells,
    pixels: (j) => {
      const found = new Set<number>();
      const around = Math.floor((j * over) / under);
      for (let p = around - 2; p <= around + over + 2; p += 1)
        if ((p + 1) * under > j * over && p * under < (j + 1) * over) found.add(p);
      return found;
    },
    centre: (j) => ((j + 0.5) * over) / under - 0.5,
  };
}

function windowsOf(map: CountedMap, first: (cell: number) => number, count: number, stride: number) {
  const taps = (cell: number) => Array.from({ length: count }, (_, tap) => first(cell) + tap);
  const inside = (tap: number) => map.cells === undefined || (tap >= 0 && tap < map.cells);
  return {
    cells: map.cells === undefined ? undefined : map.cells / stride,
    pixels: (cell: number) =>
      new Set(
        taps(cell)
          .filter(inside)
          .flatMap((tap) => [...map.pixels(tap)]),
      ),
    centre: (cell: number) => taps(cell).reduce((sum, tap) => sum + map.centre(tap), 0) / count,
  };
}

const conv = (map: CountedMap, kernel: number): CountedMap =>
  windowsOf(map, (cell) => cell - (kernel - 1) / 2, kernel, 1);
const pool = (map: CountedMap, size: number): CountedMap => windowsOf(map, (cell) => cell * size, size, size);

function doubled(map: CountedMap): CountedMap {
  return {
    cells: map.cells === undefined ? undefined : 2 * map.cells,
    pixels: (cell) => map.pixels(Math.floor(cell / 2)),
    centre: (cell) => {
      const point = (cell + 0.5) / 2 - 0.5;
      const before = Math.floor(point);
      return map.centre(before) + (point - before) * (map.centre(before + 1) - map.centre(before));
    },
  };
}

/** Cell by cell the pixels of both; it lies where the first lies. */
function joined(first: CountedMap, second: CountedMap): CountedMap {
  return {
    ...first,
    pixels: (cell) => new Set([...first.pixels(cell), ...second.pixels(cell)]),
  };
}

function hull(pixels: ReadonlySet<number>): { low: number; high: number } | undefined {
  return pixels.size === 0 ? undefined : { low: Math.min(...pixels), high: Math.max(...pixels) };
}

const kernel = fc.constantFrom(1, 3, 5);
const network = fc.record({
  // Pixels of two inputs for n of their symbol, or in all: the first branch pools by `a`, the second by `b`.
  scales: fc.constantFrom<readonly [a: number, b: number]>(
    [2, 1],
    [1, 2],
    [4, 1],
    [3, 2],
    [2, 3],
    [6, 4],
    [1, 1],
  ),
  size: fc.constantFrom("H", "8"),
  before: fc.tuple(kernel, kernel),
  after: fc.tuple(kernel, kernel),
  last: kernel,
  up: fc.boolean(),
});

test("fields and places of maps made of two inputs are those of the fine pixels that the coarse ones cover", () => {
  fc.assert(
    fc.property(network, ({ scales, size, before, after, last, up }) => {
      const [a, b] = scales;
      const dimension = (scale: number) =>
        size === "H" ? `${scale}*H, ${scale}*W` : `${8 * scale}, ${8 * scale}`;
      const branch = (name: string, scale: number, at: 0 | 1) =>
        `input ${name} [1, ${dimension(scale)}] conv(1, ${before[at]}x${before[at]}) ${scale === 1 ? "" : `maxpool(${scale})`} conv(1, ${after[at]}x${after[at]}) as ${name}_end`;
      const { graph } = compileNetwork(
        `network Two { ${branch("one", a, 0)} ${branch("two", b, 1)} from one_end skip two_end by add as sum ${up ? "upsample(2, nearest)" : ""} conv(1, ${last}x${last}) as end output end }`,
      );
      const finest = Math.max(a, b);
      const counted = (borders: boolean) => {
        const path = (scale: number, at: 0 | 1) =>
          conv(
            pool(conv(inputOf(finest, scale, borders ? 8 * scale : undefined), before[at] ?? 1), scale),
            after[at] ?? 1,
          );
        const sum = joined(path(a, 0), path(b, 1));
        return { sum, end: conv(up ? doubled(sum) : sum, last) };
      };
      const sizes = new Map(
        size === "H"
          ? ([
              ["H", 8],
              ["W", 8],
            ] as const)
          : [],
      );
      const shaped = shapeGraph(graph, sizes);
      if (shaped.kind === "refused") throw new Error(shaped.message);
      const placed = placesAt(shaped);
      for (const name of ["sum", "end"] as const) {
        const node = graph.nodes.find(({ origin }) => origin.label === name);
        const geometry = node?.map.geometry[0];
        const grid = geometry && gridWithin(geometry);
        if (node === undefined || geometry?.kind !== "grid" || grid === undefined)
          throw new Error(`${name} has no grid`);
        const [stride, offset] = [grid.stride, grid.offset].map(
          (value) => value.numerator / value.denominator,
        );
        const free = counted(false)[name];
        for (let cell = -4; cell <= 12; cell += 1) {
          expect((stride ?? 0) * cell + (offset ?? 0)).toBeCloseTo(free.centre(cell), 9);
          expect(fieldOfCell(geometry, cell)).toEqual(hull(free.pixels(cell)));
        }
        const bordered = counted(true)[name];
        const fields = placed[node.id]?.[0].fields;
        expect(fields).toHaveLength(bordered.cells ?? 0);
        fields?.forEach((field, cell) => {
          expect(field).toEqual(hull(bordered.pixels(cell)));
        });
      }
      expect(joinOffsets(graph).every(({ apart }) => apart.every(({ kind }) => kind === "none"))).toBe(true);
    }),
  );
});

const sizes = new Map([
  ["H", 64],
  ["W", 64],
]);

describe("the pyramid of the specification", () => {
  const network = compileNetwork(
    "network Pyramid { input fine [3, 2*H, 2*W] input coarse [3, H, W] upsample(2, bilinear) skip fine by add output result }",
  );

  test("joins maps that lie on each other, at any size and at one", () => {
    expect(joinOffsets(network.graph)).toEqual([]);
    const text = renderInspection(network, sizes, { color: false, unicode: true });
    expect(text).toContain("receptive field  4 px   stride 1, aligned to the input");
    expect(text).not.toContain("not aligned");
  });
});

describe("inputs that are not in one proportion", () => {
  const network = compileNetwork(
    "network Odd { input fine [3, 2*H + 1, 2*W + 1] conv(3, 3x3, stride = 2, padding = valid) as f input coarse [3, H, W] conv(3, 3x3) skip f by add as sum output result }",
  );

  test("have no geometry together, and it is said", () => {
    const sum = network.graph.nodes.find(({ origin }) => origin.label === "sum");
    expect(sum?.map.geometry[0]).toEqual({ kind: "sized", reason: unrelated });
    expect(joinOffsets(network.graph)[0]?.apart[0]).toMatchObject({
      kind: "unknown",
      reason: "they are made of inputs whose sizes have no fixed ratio",
    });
    const text = renderInspection(network, sizes, { color: false, unicode: true });
    expect(text).toContain(unrelated);
    expect(text).not.toContain("pixels off");
  });
});
