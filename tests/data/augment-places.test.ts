/** Shifts, shears, warps and crops of rare classes compared with their formulas, written again in float64. */
import { describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { augmentLayer } from "../../runtime/data/augment/apply.ts";
import { drawAugmentation } from "../../runtime/data/augment/draw.ts";
import { drawElastic } from "../../runtime/data/augment/elastic-warp.ts";
import { drawPerspective } from "../../runtime/data/augment/perspective-warp.ts";
import { Random } from "../../runtime/random.ts";
import {
  always,
  augmented,
  bilinear,
  expectMoved,
  height,
  sampleOf,
  valuesOf,
  width,
} from "./augment-reference.ts";
import { classes } from "./plans.ts";

describe("moved pixels", () => {
  it("shift: the pixel so many rows above and columns to the left", () => {
    const reached = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const [down, right] = [random.integer(5) - 2, random.integer(3) - 1];
      reached.add(`${down} ${right}`);
      expectMoved({ kind: "shift", most: [2, 1], ...always }, seed, (y, x) => [y - down, x - right]);
    }
    expect(reached.size).toBe(15);
  });

  it("shear: columns or rows lean by the tangent of the angle, about the centre", () => {
    const slanted = new Set<number>();
    for (let seed = 0; seed < 8; seed++) {
      const random = new Random(seed);
      const of = random.integer(2);
      const slope = Math.tan((random.between(-25, 25) * Math.PI) / 180);
      slanted.add(of);
      expectMoved({ kind: "shear", degrees: 25, ...always }, seed, (y, x) =>
        of === 0 ? [y, x - slope * (y - height / 2)] : [y - slope * (x - width / 2), x],
      );
    }
    expect(slanted.size).toBe(2);
  });

  it("perspective: the homography that takes the moved corners to those of the image", () => {
    for (let seed = 0; seed < 4; seed++) {
      const random = new Random(seed);
      const corners = [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 0],
      ] as const;
      const pairs = corners.map(([y, x]) => {
        const [seenY, seenX] = [
          (y + random.between(-0.2, 0.2)) * height,
          (x + random.between(-0.2, 0.2)) * width,
        ];
        return { seenY, seenX, y: y * height, x: x * width };
      });
      // x·(g X + h Y + 1) = a X + b Y + c and y·(g X + h Y + 1) = d X + e Y + f, of every corner
      const equations = pairs.flatMap(({ seenY, seenX, y, x }) => [
        [seenX, seenY, 1, 0, 0, 0, -x * seenX, -x * seenY, x],
        [0, 0, 0, seenX, seenY, 1, -y * seenX, -y * seenY, y],
      ]);
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solved(equations);
      expectMoved({ kind: "perspective", distortion: 0.2, ...always }, seed, (y, x) => {
        const w = g * x + h * y + 1;
        return [(d * x + e * y + f) / w, (a * x + b * y + c) / w];
      });
    }
  });

  it("elastic: Gaussian displacements at the grid points, cubic splines through them", () => {
    for (const [seed, grid] of [
      [1, 3],
      [2, 2],
      [3, 5],
    ] as const) {
      const random = new Random(seed);
      const field = () =>
        Array.from({ length: grid }, () => Array.from({ length: grid }, () => 2 * random.normal()));
      const [down, right] = [field(), field()];
      // Catmull & Rom: through p1 and p2, with the slopes (p2 − p0) / 2 and (p3 − p1) / 2
      const spline = (points: readonly number[], at: number): number => {
        const first = Math.min(points.length - 2, Math.floor(at));
        const t = at - first;
        const p = (i: number) => points[Math.min(points.length - 1, Math.max(0, first + i))] ?? Number.NaN;
        const [m1, m2] = [(p(1) - p(-1)) / 2, (p(2) - p(0)) / 2];
        return (
          (2 * t ** 3 - 3 * t ** 2 + 1) * p(0) +
          (t ** 3 - 2 * t ** 2 + t) * m1 +
          (3 * t ** 2 - 2 * t ** 3) * p(1) +
          (t ** 3 - t ** 2) * m2
        );
      };
      const at = (rows: readonly (readonly number[])[], y: number, x: number) =>
        spline(
          rows.map((row) => spline(row, (x / width) * (grid - 1))),
          (y / height) * (grid - 1),
        );
      expectMoved({ kind: "elastic", deviation: 2, grid, ...always }, seed, (y, x) => [
        y + at(down, y, x),
        x + at(right, y, x),
      ]);
    }
  });

  it("warps compose with what is written before and after them: a shift before, a mirror after", () => {
    const size = { height, width };
    const drawn = (seed: number) => {
      const random = new Random(seed);
      const shifts = [random.integer(5) - 2, random.integer(5) - 2] as const;
      return { shifts, warps: [drawElastic(size, 3, 2, random), drawPerspective(size, 0.1, random)] };
    };
    const { shifts, warps } = drawn(5);
    const augment: readonly AugmentationConfiguration[] = [
      { kind: "shift", most: [2, 2], ...always },
      { kind: "elastic", deviation: 2, grid: 3, ...always },
      { kind: "perspective", distortion: 0.1, ...always },
      { kind: "flip", ...always },
    ];
    const sample = sampleOf(1);
    const { image } = augmented(sample, augment, 5);
    const values = valuesOf(sample);
    for (let i = 0; i < height * width; i++) {
      const point = { y: Math.floor(i / width) + 0.5, x: width - (i % width) - 0.5 };
      for (const warp of [...warps].reverse()) warp(point);
      expect(image[i]).toBeCloseTo(bilinear(values, point.y - shifts[0], point.x - shifts[1]), 6);
    }
  });
});

describe("crops that favour rare classes", () => {
  /** One pixel of class 2, a row of class 1, the rest class 0. */
  const labels = Int16Array.from({ length: 40 * 40 }, (_, i) => (i === 1234 ? 2 : i < 40 ? 1 : 0));
  const layer = { channels: 1, fullScale: 1, values: labels, height: 40, width: 40 };
  const shown = (rare: number | undefined, before: readonly AugmentationConfiguration[] = []) => {
    const random = new Random(3);
    return Array.from({ length: 300 }, () => {
      const augment = [...before, { kind: "crop", size: [8, 8], ...(rare && { rare }) } as const];
      const drawn = drawAugmentation(augment, [40, 40], random, { classes: layer });
      const seen = new Int32Array(64);
      const sample = { height: 40, width: 40, layers: new Map([[classes.key, layer]]) };
      augmentLayer(sample, classes, drawn, "target", new Random(1), seen);
      return new Set(seen);
    });
  };
  const share = (windows: readonly ReadonlySet<number>[], value: number) =>
    windows.filter((window) => window.has(value)).length / windows.length;

  it("show every class about equally often, and stay inside the image", () => {
    const windows = shown(1);
    // a third of 300 windows, within four deviations of it; the others show the class by chance
    expect(share(windows, 2)).toBeGreaterThan(0.22);
    expect(share(windows, 1)).toBeGreaterThan(0.22);
    expect(share(windows, 0)).toBeGreaterThan(0.95);
    expect(share(windows, -1)).toBe(0);
    expect(share(shown(undefined), 2)).toBeLessThan(0.12);
    expect(share(shown(0.3), 2)).toBeGreaterThan(share(shown(undefined), 2));
  });

  it("find the pixel again where it has moved to", () => {
    const moved: readonly AugmentationConfiguration[] = [
      { kind: "rotate", degrees: 90, probability: 1 },
      { kind: "scale", factors: [1.5, 2], probability: 1 },
      { kind: "elastic", deviation: 1, grid: 3, probability: 1 },
    ];
    expect(share(shown(1, moved), 2)).toBeGreaterThan(0.22);
  });
});

/** Gauss & Jordan, with the largest pivot. @param rows of [coefficients…, right side] */
function solved(rows: number[][]): readonly number[] {
  const count = rows.length;
  for (let i = 0; i < count; i++) {
    const order = rows.slice(i).sort((a, b) => Math.abs(b[i] ?? 0) - Math.abs(a[i] ?? 0));
    rows.splice(i, count - i, ...order);
    const pivot = rows[i] ?? [];
    for (const [k, row] of rows.entries()) {
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1);
      if (k !== i) rows[k] = row.map((value, j) => value - factor * (pivot[j] ?? 0));
    }
  }
  return rows.map((row, i) => (row[count] ?? 0) / (row[i] ?? 1));
}
