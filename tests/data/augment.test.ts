import { describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { augmentLayer } from "../../runtime/data/augment/apply.ts";
import { type DrawnAugmentation, drawAugmentation, oddTurnShare } from "../../runtime/data/augment/draw.ts";
import { blurred } from "../../runtime/data/augment/gaussian-blur.ts";
import type { Sample } from "../../runtime/data/sample.ts";
import { Random } from "../../runtime/random.ts";
import { type Geometry, mapOf, still } from "./geometry.ts";
import { classes, imageOf } from "./plans.ts";

const grid = imageOf(1);

/** A sample whose image and classes both hold the given grid of numbers. */
function gridOf(rows: readonly (readonly number[])[]): Sample {
  return {
    height: rows.length,
    width: rows[0]?.length ?? 0,
    layers: new Map([
      [grid.key, { channels: 1, fullScale: 255, values: Uint8Array.from(rows.flat()) }],
      [classes.key, { channels: 1, fullScale: 1, values: Int16Array.from(rows.flat()) }],
    ]),
  };
}

/** The grids that image and classes become. */
function through(sample: Sample, geometry: Geometry) {
  return changed(sample, { map: mapOf([sample.height, sample.width], geometry), values: [] });
}

function changed(sample: Sample, drawn: DrawnAugmentation) {
  const { height, width } = drawn.map;
  const image = new Float32Array(height * width);
  const labels = new Int32Array(height * width);
  augmentLayer(sample, grid, drawn, "input", new Random(1), image);
  augmentLayer(sample, classes, drawn, "target", new Random(1), labels);
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => values[y * width + x] ?? 0),
    );
  return { image: rows(Array.from(image, (v) => Math.round(v * 255 * 1e4) / 1e4)), classes: rows(labels) };
}

/** What the augmentations make of a sample. */
function augmented(sample: Sample, augment: readonly AugmentationConfiguration[], seed = 1) {
  const drawn = drawAugmentation(augment, [sample.height, sample.width], new Random(seed));
  return changed(sample, drawn);
}

const sample = gridOf([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("one geometric map for image and label", () => {
  it.each<[string, Partial<Geometry>, number[][]]>([
    [
      "nothing",
      {},
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      "left to right",
      { flip: true },
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      "top to bottom",
      { flipVertical: true },
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      "a quarter turn counter-clockwise",
      { quarterTurns: 1, height: 3, width: 2 },
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      "a half turn",
      { quarterTurns: 2 },
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      "three quarter turns",
      { quarterTurns: 3, height: 3, width: 2 },
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      "flip, then turn",
      { flip: true, quarterTurns: 1, height: 3, width: 2 },
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    ],
    ["a crop", { height: 1, width: 2, top: 1, left: 1 }, [[5, 6]]],
    ["a crop of a turned image", { quarterTurns: 1, height: 2, width: 1, top: 1, left: 1 }, [[5], [4]]],
  ])("moves every pixel to its place: %s", (_, geometry, expected) => {
    const { image, classes } = through(sample, { ...still, ...geometry });
    expect(classes).toEqual(expected);
    expect(image).toEqual(expected);
  });

  it("mirrors the image beyond its edge and ignores the label there", () => {
    const { image, classes } = through(sample, { ...still, height: 4, width: 5, top: -1, left: -1 });
    expect(image).toEqual([
      [1, 1, 2, 3, 3],
      [1, 1, 2, 3, 3],
      [4, 4, 5, 6, 6],
      [4, 4, 5, 6, 6],
    ]);
    expect(classes).toEqual([
      [-1, -1, -1, -1, -1],
      [-1, 1, 2, 3, -1],
      [-1, 4, 5, 6, -1],
      [-1, -1, -1, -1, -1],
    ]);
  });

  it("doubles with half-pixel centres: bilinear image, nearest label", () => {
    const { image, classes } = through(gridOf([[10, 20]]), { ...still, scale: 2, height: 2, width: 4 });
    expect(image).toEqual([
      [10, 12.5, 17.5, 20],
      [10, 12.5, 17.5, 20],
    ]);
    expect(classes).toEqual([
      [10, 10, 20, 20],
      [10, 10, 20, 20],
    ]);
  });

  it("turns by an angle as quarter turns do, where the angle is a quarter", () => {
    const square = gridOf([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    const geometry = { ...still, height: 3, width: 3 };
    const byAngle = through(square, { ...geometry, angle: Math.PI / 2 });
    expect(byAngle).toEqual(through(square, { ...geometry, quarterTurns: 1 }));
  });

  it("turns by 45° about the centre, and ignores the corners the image does not reach", () => {
    const square = gridOf(Array.from({ length: 5 }, () => [1, 1, 1, 1, 1]));
    const { classes } = through(square, { ...still, height: 5, width: 5, angle: Math.PI / 4 });
    expect(classes).toEqual([
      [-1, 1, 1, 1, -1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [-1, 1, 1, 1, -1],
    ]);
  });
});

describe("changes of values", () => {
  const row = gridOf([[50, 100, 150]]);
  const always = { probability: 1 } as const;
  const levels = (augment: readonly AugmentationConfiguration[], seed = 1) =>
    augmented(row, augment, seed).image[0] ?? [];

  it("are applied in their order: brightness multiplies, contrast spreads about the mean, both clip", () => {
    const bright = { kind: "brightness", change: 1, ...always } as const;
    const spread = { kind: "contrast", change: 1, ...always } as const;
    const random = new Random(1);
    const [first, second] = [2 * random.uniform(), 2 * random.uniform()];
    const times = (values: readonly number[], factor: number) =>
      values.map((value) => Math.min(255, value * factor));
    const about = (values: readonly number[], factor: number) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => Math.min(255, Math.max(0, mean + (value - mean) * factor)));
    };
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 2));
    expect(levels([bright, spread])).toEqual(close(about(times([50, 100, 150], first), second)));
    expect(levels([spread, bright])).toEqual(close(times(about([50, 100, 150], first), second)));
    expect(augmented(row, [bright, spread]).classes).toEqual([[50, 100, 150]]);
  });

  it("gamma raises values from 0 to 1 to a power, and leaves black and white", () => {
    const ends = gridOf([[0, 64, 255]]);
    const { image } = augmented(ends, [{ kind: "gamma", powers: [2, 2], ...always }]);
    expect(image).toEqual([[0, expect.closeTo((64 / 255) ** 2 * 255, 2), 255]]);
  });

  it("gamma of floating-point samples keeps their range", () => {
    const sample = gridOf([[0, 0, 0]]);
    const floating = { channels: 1, fullScale: 1, values: Float32Array.of(-2, 0, 2) };
    const { image } = augmented({ ...sample, layers: new Map([...sample.layers, [grid.key, floating]]) }, [
      { kind: "gamma", powers: [2, 2], ...always },
    ]);
    expect(image).toEqual([[-2 * 255, -1 * 255, 2 * 255]]);
  });

  it("noise has the mean 0 and at most the given deviation, and is another for every pixel", () => {
    const flat = gridOf(Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 128)));
    const { image } = augmented(flat, [{ kind: "noise", deviation: 0.1, ...always }], 3);
    const values = image.flat().map((value) => (value - 128) / 255);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(new Set(values).size).toBeGreaterThan(2000);
    // of 2500 values the mean is within four of its deviations of 0
    expect(Math.abs(mean)).toBeLessThan((4 * 0.1) / 50);
    expect(deviation).toBeGreaterThan(0);
    expect(deviation).toBeLessThan(0.11);
  });

  it("any of them after noise has finite values: noise leaves 0 to 1, whose powers are not real", () => {
    const black = gridOf([Array.from({ length: 100 }, () => 0)]);
    const noise = { kind: "noise", deviation: 0.1, ...always } as const;
    const after = [
      { kind: "gamma", powers: [0.5, 0.7], ...always },
      { kind: "brightness", change: 0.5, ...always },
      { kind: "contrast", change: 0.5, ...always },
      { kind: "blur", deviations: [1, 2], ...always },
    ] as const;
    const changed = (change: AugmentationConfiguration) =>
      augmented(black, [noise, change], 3).image[0] ?? [];
    for (const change of after)
      for (const value of changed(change)) expect(value, change.kind).toBeGreaterThan(-255);
    // below 0 counts as 0, above it the power is that of the value
    expect(changed(after[0])).toContain(0);
    expect(changed(after[0]).some((value) => value > 0)).toBe(true);
  });

  it("blur is a Gaussian of the drawn deviation, and keeps the sum", () => {
    const [height, width] = [41, 31];
    const samples = new Float32Array(height * width * 2);
    samples[(20 * width + 15) * 2] = 1;
    const found = blurred({ height, width, channels: 2, samples }, 1.5);
    const at = (y: number, x: number, c: number) => found[(y * width + x) * 2 + c] ?? Number.NaN;
    let sum = 0;
    let [squaresY, squaresX] = [0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        sum += at(y, x, 0);
        squaresY += at(y, x, 0) * (y - 20) ** 2;
        squaresX += at(y, x, 0) * (x - 15) ** 2;
        expect(at(y, x, 1)).toBe(0);
      }
    expect(sum).toBeCloseTo(1, 5);
    // the variance of the weights at whole pixels, of which those beyond four deviations are left out
    expect(squaresY).toBeCloseTo(2.25, 2);
    expect(squaresX).toBeCloseTo(2.25, 2);
    // values that are equal everywhere stay as they are, at the edges too
    const flat = blurred({ height: 3, width: 2, channels: 1, samples: new Float32Array(6).fill(0.5) }, 2);
    expect([...flat].every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true);
  });

  it("happen with their probability", () => {
    const half = { kind: "brightness", change: 1, probability: 0.5 } as const;
    const same = Array.from({ length: 400 }, (_, seed) => levels([half], seed)[0] === 50);
    const share = same.filter(Boolean).length / same.length;
    // four deviations of 400 coin throws
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
    const never = { ...half, probability: 0 } as const;
    expect(levels([never, { kind: "flip", probability: 0 }])).toEqual([50, 100, 150]);
  });
});

describe("drawAugmentation", () => {
  const all: readonly AugmentationConfiguration[] = [
    { kind: "flip", probability: 0.5 },
    { kind: "flip_vertical", probability: 0.5 },
    { kind: "rotate", degrees: 30, probability: 1 },
    { kind: "scale", factors: [0.5, 2], probability: 1 },
    { kind: "shift", most: [3, 2], probability: 0.5 },
    { kind: "shear", degrees: 20, probability: 0.5 },
    { kind: "perspective", distortion: 0.2, probability: 0.5 },
    { kind: "elastic", deviation: 2, grid: 3, probability: 0.5 },
    { kind: "crop", size: [7, 5] },
  ];

  it("gives no class that was not there, whatever it draws, in any order", () => {
    const known = [3, 70, 90, -1];
    const random = new Random(5);
    const rows = Array.from({ length: 11 }, () =>
      Array.from({ length: 9 }, () => known[random.integer(4)] ?? 0),
    );
    const grey = { channels: 1, fullScale: 255, values: new Uint8Array(99).fill(200) };
    const source = { ...gridOf(rows), layers: new Map([...gridOf(rows).layers, [grid.key, grey]]) };
    for (let i = 0; i < 300; i++) {
      const drawn = drawAugmentation(random.shuffled(all), [11, 9], random);
      expect([drawn.map.height, drawn.map.width]).toEqual([7, 5]);
      const result = changed(source, drawn);
      for (const value of result.classes.flat()) expect(known).toContain(value);
      for (const value of result.image.flat()) expect(value).toBeCloseTo(200, 3); // float32
    }
  });

  it("keeps a crop inside an image that is large enough, and reaches every place", () => {
    const random = new Random(1);
    const places = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const { map, values } = drawAugmentation([{ kind: "crop", size: [2, 2] }], [3, 4], random);
      const ones = gridOf(Array.from({ length: 3 }, () => [1, 1, 1, 1]));
      expect(changed(ones, { map, values }).classes.flat()).toEqual([1, 1, 1, 1]);
      places.add(`${map.y0} ${map.x0}`);
    }
    expect([...places].sort()).toEqual(["0 0", "0 1", "0 2", "1 0", "1 1", "1 2"]);
  });

  it("keeps the size of the image where it is scaled and not cropped", () => {
    for (const factor of [0.5, 2]) {
      const { map } = drawAugmentation(
        [{ kind: "scale", factors: [factor, factor], probability: 1 }],
        [6, 8],
        new Random(2),
      );
      expect([map.height, map.width, map.yy, map.xx]).toEqual([6, 8, 1 / factor, 1 / factor]);
    }
  });

  it("turns a crop that was taken before, and crops an image that was turned before", () => {
    const quarter = { kind: "rotate", degrees: 90, probability: 1 } as const;
    const crop = { kind: "crop", size: [2, 3] } as const;
    const sizeOf = (augment: readonly AugmentationConfiguration[]) => {
      const { map } = drawAugmentation(augment, [5, 7], new Random(4), { oddTurns: true });
      return [map.height, map.width];
    };
    expect(sizeOf([crop, quarter])).toEqual([3, 2]);
    expect(sizeOf([quarter, crop])).toEqual([2, 3]);
    expect([oddTurnShare([crop, quarter]), oddTurnShare([quarter, crop])]).toEqual([0.5, undefined]);
    expect(oddTurnShare([{ ...quarter, probability: 0.5 }])).toBe(0.25);
    expect(oddTurnShare([{ kind: "crop", size: [4, 4] }, quarter])).toBeUndefined();
  });

  it("draws all four quarter turns, or only those of the wanted parity", () => {
    const random = new Random(2);
    const turns = (odd?: boolean) =>
      new Set(
        Array.from({ length: 60 }, () => {
          const { map } = drawAugmentation(
            [{ kind: "rotate", degrees: 90, probability: 1 }],
            [4, 6],
            random,
            { oddTurns: odd },
          );
          return [map.yy, map.yx].map((value) => value + 0).join(); // + 0: no negative zero
        }),
      );
    expect([...turns()].sort()).toEqual(["-1,0", "0,-1", "0,1", "1,0"]);
    expect([...turns(true)].sort()).toEqual(["0,-1", "0,1"]);
    expect([...turns(false)].sort()).toEqual(["-1,0", "1,0"]);
  });

  it("changes nothing without augmentations", () => {
    const { map, values } = drawAugmentation([], [2, 3], new Random(1));
    expect(map).toMatchObject({
      height: 2,
      width: 3,
      yy: 1,
      yx: 0,
      y0: 0,
      xy: 0,
      xx: 1,
      x0: 0,
      warp: undefined,
    });
    expect(values).toEqual([]);
  });
});
