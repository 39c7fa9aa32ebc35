import { describe, expect, it } from "vitest";
import type { AugmentConfiguration } from "../../compiler/learning/configuration.ts";
import { applyAugmentation, drawAugmentation, noAugmentation } from "../../runtime/data/augment.ts";
import type { Geometry } from "../../runtime/data/geometric-map.ts";
import type { Sample } from "../../runtime/data/sample.ts";
import { Random } from "../../runtime/random.ts";

/** A sample whose image and classes both hold the given grid of numbers. */
function gridOf(rows: readonly (readonly number[])[]): Sample {
  return {
    height: rows.length,
    width: rows[0]?.length ?? 0,
    channels: 1,
    fullScale: 255,
    image: Uint8Array.from(rows.flat()),
    classes: Int16Array.from(rows.flat()),
  };
}

const still: Geometry = {
  flip: false,
  flipVertical: false,
  quarterTurns: 0,
  angle: 0,
  scale: 1,
  height: 2,
  width: 3,
  top: 0,
  left: 0,
};

/** The grids that image and classes become. */
function through(sample: Sample, geometry: Geometry, brightness = 1, contrast = 1) {
  const { height, width } = geometry;
  const image = new Float32Array(height * width);
  const classes = new Int32Array(height * width);
  applyAugmentation(sample, { geometry, brightness, contrast }, image, classes);
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => values[y * width + x] ?? 0),
    );
  return { image: rows(Array.from(image, (v) => Math.round(v * 255 * 1e4) / 1e4)), classes: rows(classes) };
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

describe("brightness and contrast", () => {
  it("multiplies, then spreads about the mean, then clips", () => {
    const row = gridOf([[50, 100, 150]]);
    const geometry = { ...still, height: 1, width: 3 };
    expect(through(row, geometry, 1.2, 1).image).toEqual([[60, 120, 180]]);
    expect(through(row, geometry, 1, 0.5).image).toEqual([[75, 100, 125]]);
    // brightness: 100, 200, 255 (clipped), mean 185; contrast about it: 15, 215, 325 (clipped)
    expect(through(row, geometry, 2, 2).image).toEqual([[15, 215, 255]]);
    expect(through(row, geometry, 2, 2).classes).toEqual([[50, 100, 150]]);
  });
});

describe("drawAugmentation", () => {
  const all: AugmentConfiguration = {
    flip: true,
    flipVertical: true,
    rotate: 30,
    scale: [0.5, 2],
    crop: [7, 5],
    brightness: 0.3,
    contrast: 0.3,
  };

  it("gives no class that was not there, whatever it draws", () => {
    const classes = [3, 70, 90, -1];
    const random = new Random(5);
    const rows = Array.from({ length: 11 }, () =>
      Array.from({ length: 9 }, () => classes[random.integer(4)] ?? 0),
    );
    const source = { ...gridOf(rows), image: new Uint8Array(99).fill(200) };
    for (let i = 0; i < 300; i++) {
      const { geometry } = drawAugmentation(all, [11, 9], random);
      expect([geometry.height, geometry.width]).toEqual([7, 5]);
      const result = through(source, geometry);
      for (const value of result.classes.flat()) expect(classes).toContain(value);
      for (const value of result.image.flat()) expect(value).toBeCloseTo(200, 3); // float32
    }
  });

  it("keeps a crop inside an image that is large enough, and reaches every place", () => {
    const crop: AugmentConfiguration = { ...noAugmentation, crop: [2, 2] };
    const random = new Random(1);
    const places = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const { geometry } = drawAugmentation(crop, [3, 4], random);
      expect(
        through(
          gridOf([
            [1, 1, 1, 1],
            [1, 1, 1, 1],
            [1, 1, 1, 1],
          ]),
          geometry,
        ).classes.flat(),
      ).toEqual([1, 1, 1, 1]);
      places.add(`${geometry.top} ${geometry.left}`);
    }
    expect([...places].sort()).toEqual(["0 0", "0 1", "0 2", "1 0", "1 1", "1 2"]);
  });

  it("draws all four quarter turns, or only those of the wanted parity", () => {
    const turning: AugmentConfiguration = { ...noAugmentation, rotate: 90 };
    const random = new Random(2);
    const turns = (odd?: boolean) =>
      new Set(
        Array.from(
          { length: 60 },
          () => drawAugmentation(turning, [4, 6], random, odd).geometry.quarterTurns,
        ),
      );
    expect([...turns()].sort()).toEqual([0, 1, 2, 3]);
    expect([...turns(true)].sort()).toEqual([1, 3]);
    expect([...turns(false)].sort()).toEqual([0, 2]);
  });

  it("changes nothing without augmentation", () => {
    const { geometry, brightness, contrast } = drawAugmentation(noAugmentation, [2, 3], new Random(1));
    expect(geometry).toEqual(still);
    expect([brightness, contrast]).toEqual([1, 1]);
  });
});
