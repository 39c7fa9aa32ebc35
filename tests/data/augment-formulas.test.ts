/** Augmentations compared with their formulas, written again in float64. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { augmentLayer } from "../../runtime/data/augment/apply.ts";
import { drawAugmentation } from "../../runtime/data/augment/draw.ts";
import { drawElastic } from "../../runtime/data/augment/elastic-warp.ts";
import { drawPerspective } from "../../runtime/data/augment/perspective-warp.ts";
import { luma } from "../../runtime/images/convert-channels.ts";
import { Random } from "../../runtime/random.ts";
import {
  always,
  augmented,
  bilinear,
  expectMoved,
  expectValues,
  height,
  recordAugmentation,
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

describe("changed values", () => {
  it("hue turns the angle of HSV and keeps saturation and value", () => {
    for (let seed = 1; seed < 6; seed++) {
      const sample = sampleOf(3);
      const before = valuesOf(sample, 3);
      const { image } = augmented(sample, [{ kind: "hue", degrees: 180, ...always }], seed, 3);
      const degrees = new Random(seed).between(-180, 180);
      const turned: number[] = [];
      for (let i = 0; i < before.length; i += 3) {
        const [h, s, v] = hsvOf(before[i] ?? 0, before[i + 1] ?? 0, before[i + 2] ?? 0);
        turned.push(...rgbOf((((h + degrees / 360) % 1) + 1) % 1, s, v));
      }
      expectValues("hue", image, turned);
    }
  });

  it("saturation multiplies the difference from the luma, and clips", () => {
    const sample = sampleOf(3);
    const before = valuesOf(sample, 3);
    const { image } = augmented(sample, [{ kind: "saturation", change: 1, ...always }], 4, 3);
    const factor = new Random(4).between(0, 2);
    const expected = before.map((value, i) => {
      const [r = 0, g = 0, b = 0] = before.slice(i - (i % 3), i - (i % 3) + 3);
      const grey = luma(r, g, b);
      return Math.min(1, Math.max(0, grey + factor * (value - grey)));
    });
    expectValues("saturation", image, expected);
  });

  it("hue and saturation leave grey images as they are", () => {
    const sample = sampleOf(1);
    const changes = [
      { kind: "hue", degrees: 90, ...always },
      { kind: "saturation", change: 0.9, ...always },
    ] as const;
    expect([...augmented(sample, changes, 1).image]).toEqual([...augmented(sample, [], 1).image]);
  });

  it("cutout puts the image's mean into rectangles around random middles, and keeps the labels", () => {
    const sample = sampleOf(3);
    const before = valuesOf(sample, 3);
    const random = new Random(8);
    const { image, labels } = augmented(
      sample,
      [{ kind: "cutout", size: [5, 4], count: 2, ...always }],
      8,
      3,
    );
    const middles = [1, 2].map(() => [
      Math.floor(random.uniform() * height),
      Math.floor(random.uniform() * width),
    ]);
    const mean = [0, 1, 2].map(
      (c) => before.filter((_, i) => i % 3 === c).reduce((sum, value) => sum + value, 0) / (height * width),
    );
    let hidden = 0;
    const expected: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const out = middles.some(
          ([cy = 0, cx = 0]) => y >= cy - 2 && y < cy + 3 && x >= cx - 2 && x < cx + 2,
        );
        if (out) hidden++;
        for (let c = 0; c < 3; c++) expected.push((out ? mean[c] : before[(y * width + x) * 3 + c]) ?? 0);
      }
    expectValues("cutout", image, expected);
    expect(hidden).toBeGreaterThan(5);
    expect([...labels]).toEqual(Array.from(sample.layers.get(classes.key)?.values ?? []));
  });

  it("jpeg of a grey image is what an encoder and a decoder make of it, but for the rounding of their transforms", async () => {
    const [rows, columns] = [21, 30];
    const sample = sampleOf(1, [rows, columns]);
    for (const quality of [10, 40, 90]) {
      const { image } = augmented(sample, [{ kind: "jpeg", qualities: [quality, quality], ...always }], 1);
      const raw = Buffer.from(Uint8Array.from(valuesOf(sample), (value) => Math.round(255 * value)));
      const coded = await sharp(raw, { raw: { width: columns, height: rows, channels: 1 } })
        .jpeg({ quality })
        .toBuffer();
      const decoded = await sharp(coded).toColourspace("b-w").raw().toBuffer();
      const differences = Array.from(image, (value, i) => Math.abs(255 * value - (decoded[i] ?? 0)));
      // a coefficient half-way between two steps may be rounded to the other one, which changes one of the twelve blocks
      const near = differences.filter((difference) => difference <= 2).length;
      expect(near / differences.length, `quality ${quality}`).toBeGreaterThan(0.83);
    }
  });

  it("jpeg of colours: YCbCr, halved colours, rounded cosine coefficients", () => {
    const [rows, columns] = [11, 19];
    const sample = sampleOf(3, [rows, columns], 4);
    const quality = 35;
    const { image } = augmented(sample, [{ kind: "jpeg", qualities: [quality, quality], ...always }], 1, 3);
    const wanted = jpegOf(
      valuesOf(sample, 3).map((value) => Math.round(255 * value)),
      rows,
      columns,
      quality,
    );
    const differences = Array.from(image, (value, i) => Math.abs(255 * value - (wanted[i] ?? 0)));
    // one level where a sum lies between two and rounding decides
    expect(Math.max(...differences)).toBeLessThan(1.01);
    expect(differences.filter((difference) => difference > 0.01).length).toBeLessThan(6);
    recordAugmentation("jpeg", Math.max(...differences) / 255);
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

/** Hue as a share of the circle, saturation, value (Smith 1978). */
function hsvOf(r: number, g: number, b: number): readonly [number, number, number] {
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (most === least) return [0, 0, most];
  const [rc, gc, bc] = [r, g, b].map((value) => (most - value) / (most - least)) as [number, number, number];
  const sixths = r === most ? bc - gc : g === most ? 2 + rc - bc : 4 + gc - rc;
  return [(((sixths / 6) % 1) + 1) % 1, (most - least) / most, most];
}

function rgbOf(h: number, s: number, v: number): readonly number[] {
  const i = Math.floor(h * 6);
  const f = h * 6 - i;
  const [p, q, t] = [v * (1 - s), v * (1 - s * f), v * (1 - s * (1 - f))];
  const corners = [
    [v, t, p],
    [q, v, p],
    [p, v, t],
    [p, q, v],
    [t, p, v],
    [v, p, q],
  ];
  return corners[i % 6] ?? [];
}

/** By the sums of ITU-T T.81, A.3.3, with tables K.1 and K.2 in the order of their zigzag. */
function jpegOf(
  levels: readonly number[],
  rows: number,
  columns: number,
  quality: number,
): readonly number[] {
  const zigzag = Array.from({ length: 64 }, (_, i) => [i >> 3, i & 7] as const).sort(([a, b], [c, d]) => {
    if (a + b !== c + d) return a + b - c - d;
    return (a + b) % 2 === 0 ? b - d : a - c;
  });
  const luminance =
    "16 11 12 14 12 10 16 14 13 14 18 17 16 19 24 40 26 24 22 22 24 49 35 37 29 40 58 51 61 60 57 51 56 55 64 72 92 78 64 68 87 69 55 56 80 109 81 87 95 98 103 104 103 62 77 113 121 112 100 120 92 101 103 99";
  const chrominance = `17 18 18 24 21 24 47 26 26 47 99 66 56 66 99 ${"99 ".repeat(49)}`;
  const tableOf = (text: string) => {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    const table = Array.from({ length: 8 }, () => new Array<number>(8).fill(0));
    for (const [i, step] of text.trim().split(" ").map(Number).entries()) {
      const [v = 0, u = 0] = zigzag[i] ?? [];
      const row = table[v];
      if (row) row[u] = Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100)));
    }
    return table;
  };
  const c = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
  const cosine = (x: number, u: number) => Math.cos(((2 * x + 1) * u * Math.PI) / 16);
  const coded = (plane: readonly (readonly number[])[], table: readonly (readonly number[])[]) => {
    const [h, w] = [plane.length, plane[0]?.length ?? 0];
    const result = plane.map((row) => [...row]);
    const eight = [0, 1, 2, 3, 4, 5, 6, 7];
    for (let top = 0; top < h; top += 8)
      for (let left = 0; left < w; left += 8) {
        const at = (y: number, x: number) =>
          (plane[Math.min(h - 1, top + y)]?.[Math.min(w - 1, left + x)] ?? 0) - 128;
        const spectrum = eight.map((v) =>
          eight.map((u) => {
            let sum = 0;
            for (const y of eight) for (const x of eight) sum += at(y, x) * cosine(x, u) * cosine(y, v);
            const step = table[v]?.[u] ?? 1;
            return Math.round((c(u) * c(v) * sum) / 4 / step) * step;
          }),
        );
        for (let y = 0; y < Math.min(8, h - top); y++)
          for (let x = 0; x < Math.min(8, w - left); x++) {
            let sum = 0;
            for (const v of eight)
              for (const u of eight)
                sum += c(u) * c(v) * (spectrum[v]?.[u] ?? 0) * cosine(x, u) * cosine(y, v);
            const row = result[top + y];
            if (row) row[left + x] = Math.min(255, Math.max(0, Math.round(sum / 4 + 128)));
          }
      }
    return result;
  };
  const planeOf = (weights: readonly number[], offset: number) =>
    Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => {
        const pixel = levels.slice((y * columns + x) * 3, (y * columns + x) * 3 + 3);
        return Math.round(pixel.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), offset));
      }),
    );
  const halved = (plane: readonly (readonly number[])[]) =>
    Array.from({ length: Math.ceil(rows / 2) }, (_, y) =>
      Array.from({ length: Math.ceil(columns / 2) }, (_, x) => {
        const at = (dy: number, dx: number) =>
          plane[Math.min(rows - 1, 2 * y + dy)]?.[Math.min(columns - 1, 2 * x + dx)] ?? 0;
        return Math.round((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
      }),
    );
  const bright = coded(planeOf([0.299, 0.587, 0.114], 0), tableOf(luminance));
  const blue = coded(halved(planeOf([-0.168736, -0.331264, 0.5], 128)), tableOf(chrominance));
  const red = coded(halved(planeOf([0.5, -0.418688, -0.081312], 128)), tableOf(chrominance));
  return Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    const at = (plane: readonly (readonly number[])[]) => plane[y >> 1]?.[x >> 1] ?? 128;
    const light = bright[y]?.[x] ?? 0;
    return [
      light + 1.402 * (at(red) - 128),
      light - 0.344136 * (at(blue) - 128) - 0.714136 * (at(red) - 128),
      light + 1.772 * (at(blue) - 128),
    ].map((value) => Math.min(255, Math.max(0, Math.round(value))));
  }).flat();
}
