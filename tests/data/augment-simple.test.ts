/** Flips, rotations, scales, crops and changes of values, compared with their formulas, written again in float64. */
import { describe, expect, it } from "vitest";
import { Random } from "../../runtime/random.ts";
import {
  always,
  augmented,
  expectMoved,
  expectValues,
  height,
  mirrored,
  sampleOf,
  valuesOf,
  width,
} from "./augment-reference.ts";

const seeds = [1, 2, 3, 4] as const;
const clipped = (value: number): number => Math.min(1, Math.max(0, value));

describe("moved pixels", () => {
  it("flip, flip_vertical: mirrored about the middle", () => {
    expectMoved({ kind: "flip", ...always }, 1, (y, x) => [y, width - x]);
    expectMoved({ kind: "flip_vertical", ...always }, 1, (y, x) => [height - y, x]);
  });

  it("rotate: counter-clockwise about the centre", () => {
    for (const seed of seeds) {
      const angle = (new Random(seed).between(-40, 40) * Math.PI) / 180;
      expectMoved({ kind: "rotate", degrees: 40, ...always }, seed, (y, x) => {
        const [down, right] = [y - height / 2, x - width / 2];
        return [
          height / 2 + down * Math.cos(angle) + right * Math.sin(angle),
          width / 2 - down * Math.sin(angle) + right * Math.cos(angle),
        ];
      });
    }
  });

  it("rotate: by multiples of 90°, after which height and width may be exchanged", () => {
    const reached = new Set<number>();
    for (let seed = 0; seed < 12; seed++) {
      const turns = new Random(seed).integer(4);
      reached.add(turns);
      expectMoved({ kind: "rotate", degrees: 90, ...always }, seed, (y, x) => {
        if (turns === 0) return [y, x];
        if (turns === 1) return [x, width - y];
        return turns === 2 ? [height - y, width - x] : [height - x, y];
      });
    }
    expect(reached.size).toBe(4);
  });

  it("scale: the image's size, taken from a random place of the larger image, or around the smaller one", () => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const factor = random.between(0.5, 2);
      const place = (size: number) => {
        const room = Math.trunc(Math.trunc(size * factor - size));
        return room === 0 ? 0 : Math.sign(room) * random.integer(Math.abs(room) + 1);
      };
      const [top, left] = [place(height), place(width)];
      expectMoved({ kind: "scale", factors: [0.5, 2], ...always }, seed, (y, x) => [
        (y + top) / factor,
        (x + left) / factor,
      ]);
    }
  });

  it("crop: a window at a random place", () => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const [top, left] = [random.integer(height - 6 + 1), random.integer(width - 5 + 1)];
      expectMoved({ kind: "crop", size: [6, 5], rare: undefined }, seed, (y, x) => [y + top, x + left]);
    }
  });
});

describe("changed values", () => {
  const sample = sampleOf(3);
  const before = valuesOf(sample, 3);

  it("brightness: times a factor, and clipped", () => {
    for (const seed of seeds) {
      const factor = new Random(seed).between(0.4, 1.6);
      const { image } = augmented(sample, [{ kind: "brightness", change: 0.6, ...always }], seed, 3);
      expectValues(
        "brightness",
        image,
        before.map((value) => clipped(factor * value)),
      );
    }
  });

  it("contrast: the difference from the mean of all values times a factor, and clipped", () => {
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
    for (const seed of seeds) {
      const factor = new Random(seed).between(0.4, 1.6);
      const { image } = augmented(sample, [{ kind: "contrast", change: 0.6, ...always }], seed, 3);
      expectValues(
        "contrast",
        image,
        before.map((value) => clipped(mean + factor * (value - mean))),
      );
    }
  });

  it("gamma: to a power whose logarithm is uniform", () => {
    for (const seed of seeds) {
      const power = Math.exp(new Random(seed).between(Math.log(0.5), Math.log(3)));
      const { image } = augmented(sample, [{ kind: "gamma", powers: [0.5, 3], ...always }], seed, 3);
      expectValues(
        "gamma",
        image,
        before.map((value) => value ** power),
      );
    }
  });

  it("noise: plus normal numbers of the drawn deviation, one for each value, and not clipped", () => {
    for (const seed of seeds) {
      const deviation = new Random(seed).between(0, 0.2);
      const drawn = new Random(1); // that of `augmented`
      const { image } = augmented(sample, [{ kind: "noise", deviation: 0.2, ...always }], seed, 3);
      expectValues(
        "noise",
        image,
        before.map((value) => value + deviation * drawn.normal()),
      );
    }
  });

  it("blur: the mean of the mirrored image around a pixel, weighed by a Gaussian up to four deviations", () => {
    for (const seed of seeds) {
      const deviation = new Random(seed).between(0.5, 1.5);
      const { image } = augmented(sample, [{ kind: "blur", deviations: [0.5, 1.5], ...always }], seed, 3);
      const radius = Math.ceil(4 * deviation);
      const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
      const weight = (offset: number) => Math.exp(-(offset ** 2) / (2 * deviation ** 2));
      const total = offsets.reduce((sum, offset) => sum + weight(offset), 0) ** 2;
      const expected = before.map((_, at) => {
        const [y, x, c] = [Math.floor(at / 3 / width), Math.floor(at / 3) % width, at % 3];
        let sum = 0;
        for (const down of offsets)
          for (const right of offsets) {
            const pixel = mirrored(y + down, height) * width + mirrored(x + right, width);
            sum += weight(down) * weight(right) * (before[3 * pixel + c] ?? Number.NaN);
          }
        return sum / total;
      });
      expectValues("blur", image, expected);
    }
  });
});
