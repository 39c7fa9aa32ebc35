/** Polygons of islands, drawn again, are the islands; no ring touches itself. */
import { describe, expect, it } from "vitest";
import { areaOf, ClassRuns, type Island } from "../../runtime/polygons/class-runs.ts";
import { holeFreeRings } from "../../runtime/polygons/hole-free.ts";
import { islandRings, signedArea } from "../../runtime/polygons/island-rings.ts";
import { Random } from "../../runtime/random.ts";
import { drawn } from "../support/drawn-rings.ts";

function islandsOf(rows: readonly string[], wanted: readonly number[]): readonly Island[] {
  const runs = new ClassRuns(wanted);
  for (const row of rows) runs.addRows([...row].map(Number), row.length);
  return runs.islands();
}

function maskOf({ runs }: Island, height: number, width: number): Uint8Array {
  const mask = new Uint8Array(height * width);
  for (const { row, start, end } of runs) mask.fill(1, row * width + start, row * width + end);
  return mask;
}

/** Flood fill over the four neighbours, as naive as it can be. */
function floodedIslands(labels: readonly number[], height: number, width: number): readonly number[][] {
  const seen = new Set<number>();
  const islands: number[][] = [];
  for (let start = 0; start < labels.length; start++) {
    if (seen.has(start) || labels[start] === 0) continue;
    const island = [start];
    seen.add(start);
    for (const at of island) {
      const [y, x] = [Math.floor(at / width), at % width];
      const near = [
        [y - 1, x],
        [y + 1, x],
        [y, x - 1],
        [y, x + 1],
      ] as const;
      for (const [b, a] of near) {
        const other = b * width + a;
        if (b < 0 || a < 0 || b >= height || a >= width || seen.has(other)) continue;
        if (labels[other] !== labels[start]) continue;
        seen.add(other);
        island.push(other);
      }
    }
    islands.push(island.sort((a, b) => a - b));
  }
  return islands;
}

describe("the rings of an island", () => {
  it("are the edges of its pixels: a square with a hole", () => {
    const [island] = islandsOf(["1111", "1001", "1111"], [1]);
    expect(islandRings(island?.runs ?? [])).toEqual({
      outer: [
        [0, 0],
        [4, 0],
        [4, 3],
        [0, 3],
      ],
      holes: [
        [
          [3, 1],
          [1, 1],
          [1, 2],
          [3, 2],
        ],
      ].map((hole) => expect.arrayContaining(hole)),
    });
    expect(holeFreeRings(island?.runs ?? []).map((ring) => signedArea(ring))).toEqual([4, 6]);
  });

  it("pass between pixels that touch at a corner, and enclose what is open at one only", () => {
    expect(islandsOf(["10", "01"], [1])).toHaveLength(2);
    // the pocket in the middle is open at a corner: a hole that touches the outer ring at a point
    const [island] = islandsOf(
      ["1110", "1001", "1111"].map((row) => row),
      [1],
    );
    const { outer, holes } = islandRings(island?.runs ?? []);
    expect(holes).toHaveLength(1);
    expect(new Set(outer.map(String)).size).toBe(outer.length);
  });

  it("drawn again are the islands, which are those of a flood fill: random images", () => {
    const random = new Random(11);
    for (let trial = 0; trial < 150; trial++) {
      const [height, width] = [1 + random.integer(14), 1 + random.integer(14)];
      const classes = 2 + random.integer(2);
      const labels = Array.from({ length: height * width }, () => random.integer(classes));
      const runs = new ClassRuns([1, 2]);
      runs.addRows(labels, width);
      const islands = runs.islands();
      const masks = islands.map((island) => maskOf(island, height, width));
      const pixels = masks.map((mask) => [...mask.keys()].filter((i) => mask[i] === 1));
      const sorted = (all: readonly (readonly number[])[]) => all.map(String).sort();
      expect(sorted(pixels)).toEqual(sorted(floodedIslands(labels, height, width)));
      for (const [i, island] of islands.entries()) {
        const { outer, holes } = islandRings(island.runs);
        expect(drawn([outer, ...holes], height, width)).toEqual(masks[i]);
        const area = signedArea(outer) + holes.reduce((sum, hole) => sum + signedArea(hole), 0);
        expect(area).toBe(areaOf(island));
        for (const ring of [outer, ...holes]) {
          expect(new Set(ring.map(String)).size).toBe(ring.length);
          // corners only: horizontal and vertical edges in turn
          for (const [k, [x, y]] of ring.entries()) {
            const [[nextX, nextY], [thirdX, thirdY]] = [1, 2].map(
              (step) => ring[(k + step) % ring.length] ?? [0, 0],
            ) as [readonly [number, number], readonly [number, number]]; // two of two
            expect(x === nextX).toBe(y !== nextY);
            expect(x === nextX).toBe(nextY === thirdY);
            expect(y === nextY).toBe(nextX === thirdX);
          }
        }
        const pieces = holeFreeRings(island.runs);
        const union = new Uint8Array(height * width);
        for (const piece of pieces)
          for (const [at, inside] of drawn([piece], height, width).entries()) {
            expect(union[at] === 1 && inside === 1).toBe(false);
            if (inside === 1) union[at] = 1;
          }
        expect(union).toEqual(masks[i]);
        if (holes.length === 0) expect(pieces).toHaveLength(1);
      }
    }
  });
});
