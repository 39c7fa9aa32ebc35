import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Field } from "../../compiler/geometry/axis-geometry.ts";
import { fieldOfCell } from "../../compiler/geometry/grid.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { added, type Dependencies, image, type Move, spread } from "./dependencies.ts";
import { type AxisMap, anyMove, apply, moved, someSize } from "./moves.ts";

const pixels = 240;

function hullOf(cell: ReadonlySet<number> | undefined): Field | undefined {
  if (cell === undefined || cell.size === 0) return undefined;
  return { low: Math.min(...cell), high: Math.max(...cell) };
}

function run(moves: readonly Move[]): { readonly map: AxisMap; readonly cells: Dependencies } {
  return {
    map: moves.reduce(moved, someSize(pixels)),
    cells: moves.reduce(spread, image(pixels)),
  };
}

/** Stacks small enough to simulate: no more than eight times finer, and not down to nothing. */
const anyStack = fc.array(anyMove, { minLength: 1, maxLength: 6 }).filter((moves) => {
  const cells = moves.reduce<number>((known, move) => {
    const finer =
      "factor" in move
        ? move.factor
        : move.kind === "two_ways"
          ? 2
          : move.kind === "transposed"
            ? move.stride
            : 1;
    return known * finer;
  }, 1);
  return cells <= 8;
});

describe("receptive fields", () => {
  test("a cell's field is exactly the hull of what it depends on, in every phase, where nothing touches the border", () => {
    let compared = 0;
    const phases = new Set<number>();
    fc.assert(
      fc.property(anyStack, (moves) => {
        const { map, cells } = run(moves);
        const { geometry } = map;
        if (geometry.kind !== "grid") throw new Error(`${geometry.kind} geometry`);
        phases.add(geometry.fields.length);
        // Far from both borders: padding and what follows from it reach at most this far into the map.
        const margin = 70;
        cells.forEach((cell, place) => {
          const field = fieldOfCell(geometry, place);
          const seen = hullOf(cell);
          if (field !== undefined && (field.low < margin || field.high >= pixels - margin)) return;
          if (
            field === undefined &&
            (seen === undefined || seen.low < margin || seen.high >= pixels - margin)
          )
            return;
          compared += 1;
          expect(seen, `cell ${place}`).toEqual(field);
        });
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(compared).toBeGreaterThan(10_000);
    expect(Math.max(...phases)).toBeGreaterThan(3);
  });

  test("maps whose phases have no common period but their product join phase by phase", () => {
    const window = {
      kind: "window",
      dilation: 1,
      padding: { before: 0, after: 0 },
      ceil: false,
      learned: true,
    } as const;
    const grids = [2, 3].map((factor): readonly Move[] => [
      { ...window, kernel: factor, stride: factor },
      { kind: "bed_of_nails", factor },
    ]);
    const [first, second] = grids.map((moves) => moves.reduce(spread, image(24)));
    const maps = grids.map((moves) => moves.reduce(moved, someSize(24)));
    const { geometry } = apply("add", {}, ...maps);
    if (geometry.kind !== "grid" || first === undefined || second === undefined) throw new Error("no grid");
    expect(geometry.fields.length).toBe(6);
    added(first, second).forEach((cell, place) => {
      expect(hullOf(cell), `cell ${place}`).toEqual(fieldOfCell(geometry, place));
    });
  });

  test("near the border a cell depends on no pixel outside its field", () => {
    fc.assert(
      fc.property(anyStack, (moves) => {
        const { map, cells } = run(moves);
        const { geometry } = map;
        if (geometry.kind !== "grid") throw new Error(`${geometry.kind} geometry`);
        cells.forEach((cell, place) => {
          const field = fieldOfCell(geometry, place);
          const outside = [...cell].filter(
            (pixel) => field === undefined || pixel < field.low || pixel > field.high,
          );
          expect(outside, `cell ${place}`).toEqual([]);
        });
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test("the size of a map is the number of cells the definitions make", () => {
    const missing = { count: 0 };
    fc.assert(
      fc.property(anyStack, fc.integer({ min: 1, max: 24 }), (moves, pixels) => {
        const cells = moves.reduce(spread, image(pixels));
        if (cells.length === 0) missing.count += 1;
        expect(sizeAt(moves.reduce(moved, someSize(pixels)).size, 1) ?? 0).toBe(cells.length);
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(missing.count).toBeGreaterThan(50);
  });
});
