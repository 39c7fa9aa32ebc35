/** The augmentations of an emitted project change images and labels as those of `fcn train` do. */
import { transform } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { augmentText } from "../../compiler/targets/typescript/runnable/augment-text.ts";
import {
  type ChangeName,
  changeTexts,
} from "../../compiler/targets/typescript/runnable/augmentation-texts.ts";
import { augmentationCode } from "../../compiler/targets/typescript/runnable/augmentations.ts";
import { saturate, turnHues } from "../../runtime/data/augment/colour-changes.ts";
import { cutOut } from "../../runtime/data/augment/cut-out.ts";
import { elasticWarp } from "../../runtime/data/augment/elastic-warp.ts";
import { blurred } from "../../runtime/data/augment/gaussian-blur.ts";
import { valueChanges } from "../../runtime/data/augment/value-changes.ts";
import {
  type Canvas,
  canvasOf,
  geometricMap,
  mirrored,
  mirroredVertically,
  quarterTurned,
  rotated,
  scaled,
  sheared,
  shifted,
  toSource,
  warped,
} from "../../runtime/data/canvas.ts";
import { Random } from "../../runtime/random.ts";
import { compileText } from "../support/compile-source.ts";

const everything = `crop(6, 8), flip, flip_vertical, rotate(10), scale(0.5 .. 2), shift(3), shear(10), elastic(2, grid = 4),
  brightness(20%), contrast(20%), gamma(0.5 .. 2), hue(20), saturation(30%), blur(0.5 .. 1), noise(5%), cutout(3, count = 2)`;

interface View {
  readonly height: number;
  readonly width: number;
  readonly source: (y: number, x: number) => [number, number];
}

type Size = readonly [number, number];

/** What the emitted file declares; each of its functions is exported for the test. */
interface Emitted {
  augmented: (
    image: { data: Uint8Array; width: number; height: number },
    labels: { data: Int32Array; width: number; height: number },
    size: Size,
    random: () => number,
  ) => { values: Float32Array; labelAt: (y: number, x: number) => number };
  flipped: (view: View) => View;
  flippedVertically: (view: View) => View;
  rotated: (view: View, degrees: number) => View;
  scaled: (view: View, factor: number) => View;
  shifted: (view: View, down: number, right: number) => View;
  quarterTurned: (view: View, size: Size, random: () => number) => View;
  sheared: (view: View, of: "columns" | "rows", degrees: number) => View;
  elastic: (view: View, settings: { deviation: number; grid: number }, random: () => number) => View;
  turnHues: (values: Float32Array, degrees: number) => void;
  saturate: (values: Float32Array, factor: number) => void;
  contrast: (values: Float32Array, factor: number) => void;
  blurred: (values: Float32Array, size: Size, deviation: number) => Float32Array;
  cutOut: (
    values: Float32Array,
    size: Size,
    settings: { rectangle: Size; count: number },
    random: () => number,
  ) => void;
  normal: (random: () => number) => number;
}

async function emitted(augment: string): Promise<{ readonly text: string; readonly module: Emitted }> {
  const {
    networks: [network],
    diagnostics,
  } = compileText(`network A(classes = 2) {
    input image [3, H, W]
    conv(classes, 3x3)
    output labels by softmax
  }
  train A { augment ${augment} }`);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (network?.train === undefined) throw new Error("the test's network does not compile");
  const text = augmentText(3, augmentationCode(network.train.augment, 3));
  const names = (Object.keys(changeTexts) as ChangeName[]).filter((name) =>
    text.includes(`function ${name}(`),
  );
  const { code } = await transform(`${text}\nexport { ${names.join(", ")} };`, { loader: "ts" });
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return { text, module: module as Emitted }; // what the text declares
}

const plain: View = { height: 10, width: 14, source: (y, x) => [y, x] };

let module: Emitted;
beforeAll(async () => {
  ({ module } = await emitted(everything));
});

describe("places come from where the training of fcn takes them", () => {
  const expectSame = (view: View, canvas: Canvas): void => {
    expect([view.height, view.width]).toEqual([canvas.height, canvas.width]);
    const map = geometricMap(canvas, [canvas.height, canvas.width]);
    const point = { y: 0, x: 0 };
    for (const [y, x] of [
      [0, 0],
      [3, 11],
      [9, 2],
    ] as const) {
      toSource(map, y, x, point);
      const [down, right] = view.source(y + 0.5, x + 0.5);
      expect(down).toBeCloseTo(point.y, 10);
      expect(right).toBeCloseTo(point.x, 10);
    }
  };
  const canvas = canvasOf(10, 14);
  it("mirrored, rotated, scaled, shifted, slanted, and one after the other", () => {
    expectSame(module.flipped(plain), mirrored(canvas));
    expectSame(module.flippedVertically(plain), mirroredVertically(canvas));
    expectSame(module.rotated(plain, 25), rotated(canvas, (25 * Math.PI) / 180));
    expectSame(module.scaled(plain, 1.5), scaled(canvas, 1.5));
    expectSame(module.shifted(plain, 2, -3), shifted(canvas, 2, -3));
    for (const of of ["columns", "rows"] as const)
      expectSame(module.sheared(plain, of, 12), sheared(canvas, of, (12 * Math.PI) / 180));
    expectSame(
      module.shifted(module.rotated(module.scaled(plain, 2), -40), 1, 4),
      shifted(rotated(scaled(canvas, 2), (-40 * Math.PI) / 180), 1, 4),
    );
  });

  it("turned by 90°, and by 180° alone where the crop would not fit otherwise", async () => {
    const { module: turning } = await emitted("rotate(90)");
    for (const turns of [0, 1, 2, 3])
      expectSame(
        turning.quarterTurned(plain, [8, 8], () => (turns + 0.5) / 4),
        quarterTurned(canvas, turns),
      );
    expectSame(
      turning.quarterTurned(plain, [8, 12], () => 0.9),
      quarterTurned(canvas, 2),
    );
  });

  it("deformed", () => {
    const drawn = () => new Random(3, "elastic");
    const view = module.elastic(plain, { deviation: 2, grid: 4 }, uniformOf(drawn()));
    const again = uniformOf(drawn());
    const [down, right] = [new Float64Array(16), new Float64Array(16)];
    for (let i = 0; i < 16; i += 1) {
      down[i] = 2 * module.normal(again);
      right[i] = 2 * module.normal(again);
    }
    expectSame(view, warped(canvas, elasticWarp({ height: 10, width: 14 }, 4, down, right)));
  });
});

describe("values change as in the training of fcn", () => {
  const size = [6, 8] as const;
  const image = () => {
    const random = new Random(1, "values");
    return Float32Array.from({ length: 6 * 8 * 3 }, () => random.uniform());
  };
  const changed = (samples: Float32Array) => ({ height: 6, width: 8, channels: 3, samples, clipped: true });
  const expectClose = (found: Float32Array, expected: Float32Array) => {
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
  };

  it("hues, saturation, contrast and sharpness", () => {
    const [hues, expectedHues] = [image(), image()];
    module.turnHues(hues, 70);
    turnHues(changed(expectedHues), 70);
    expectClose(hues, expectedHues);
    const [colours, expectedColours] = [image(), image()];
    module.saturate(colours, 1.4);
    saturate(changed(expectedColours), 1.4);
    expectClose(colours, expectedColours);
    expectClose(module.blurred(image(), size, 0.8), blurred(changed(image()), 0.8));
    const [tones, expectedTones] = [image(), image()];
    const random = new Random(5, "contrast");
    const factor = new Random(5, "contrast").between(0.5, 1.5);
    valueChanges.contrast({ kind: "contrast", change: 0.5, probability: 1 }, random)(
      changed(expectedTones),
      random,
    );
    module.contrast(tones, factor);
    expectClose(tones, expectedTones);
  });

  it("rectangles", () => {
    const [found, expected] = [image(), image()];
    module.cutOut(found, size, { rectangle: [3, 2], count: 2 }, uniformOf(new Random(2, "cut")));
    const again = new Random(2, "cut");
    cutOut(
      changed(expected),
      [3, 2],
      [
        [again.uniform(), again.uniform()],
        [again.uniform(), again.uniform()],
      ],
    );
    expectClose(found, expected);
  });
});

it("a crop without changes has the pixels and labels of its place, and none beyond the image", async () => {
  const {
    text,
    module: { augmented },
  } = await emitted("crop(4)");
  expect(text).not.toContain("function rotated(");
  const data = Uint8Array.from({ length: 6 * 5 * 3 }, (_, i) => (i * 7) % 256);
  const labels = Int32Array.from({ length: 6 * 5 }, (_, i) => i);
  const { values, labelAt } = augmented(
    { data, width: 6, height: 5 },
    { data: labels, width: 6, height: 5 },
    [4, 4],
    () => 0.99,
  );
  expect([labelAt(0, 0), labelAt(3, 3), labelAt(-1, 0), labelAt(0, 4)]).toEqual([
    1 * 6 + 2,
    4 * 6 + 5,
    -1,
    -1,
  ]);
  expect(values[0]).toBeCloseTo((data[(6 + 2) * 3] ?? 0) / 255, 6);
  const around = augmented(
    { data, width: 6, height: 5 },
    { data: labels, width: 6, height: 5 },
    [9, 6],
    () => 0,
  );
  expect(around.labelAt(0, 0)).toBe(0);
  expect(around.labelAt(8, 0)).toBe(-1);
});

function uniformOf(random: Random): () => number {
  return () => random.uniform();
}
