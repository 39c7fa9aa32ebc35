/** Heat maps and offsets: what is read of points and of masks of each object, and what augmentation makes of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canvasOf, type GeometricMap, geometricMap, warped } from "../../runtime/data/canvas.ts";
import { type LayerSource, layerPlan, type SizedLayer } from "../../runtime/data/layers/layer.ts";
import { readLayer, resampleLayer } from "../../runtime/data/layers/registry.ts";
import type { Pair } from "../../runtime/data/pair.ts";
import { readSamplePart } from "../../runtime/data/sample.ts";
import { fitImage } from "../../runtime/fit/fit.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { alignedTruth } from "../../runtime/targets/registry.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { mapOf, still } from "./geometry.ts";

let folder: string;
const [height, width] = [12, 16];
const noMasks = { values: undefined, ignore: [], classes: [] };
const heat: LayerSource = { kind: "centres", deviation: 2, classes: undefined };
const kinds: LayerSource = { kind: "centres", deviation: 2, classes: ["round", "square"] };
const offsets: LayerSource = { kind: "offsets", unit: 2 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fcn-centres-"));
  const grey = { width, height, channels: 1, fullScale: 255 } as const;
  await writePng(file("image.png"), { ...grey, data: new Uint8Array(height * width) });
  // object 7: rows 2 to 4, columns 3 to 5; object 9: rows 8 and 9, columns 10 to 13
  const numbers = Uint8Array.from({ length: height * width }, (_, at) => {
    const [y, x] = [Math.floor(at / width), at % width];
    if (y >= 2 && y <= 4 && x >= 3 && x <= 5) return 7;
    return y >= 8 && y <= 9 && x >= 10 && x <= 13 ? 9 : 0;
  });
  await writePng(file("numbers.png"), { ...grey, data: numbers });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);
const pair = (): Pair => ({ name: "image", image: file("image.png"), label: undefined });

function read(name: string, source: LayerSource): Promise<SizedLayer> {
  const plan = layerPlan(source, { files: name, validation: undefined });
  return readLayer({ ...pair(), layers: { [plan.key]: file(name) } }, plan, noMasks);
}

function points(text: string, name = "points.csv"): string {
  writeFileSync(file(name), text);
  return name;
}

const same = mapOf([height, width], { ...still, height, width });

function shown(layer: SizedLayer, source: LayerSource, map: GeometricMap, channels: number): Float32Array {
  const target = new Float32Array(map.height * map.width * channels);
  resampleLayer(layer, source, map, target);
  return target;
}

/** [row, column, channel] of the values that are 1. */
function peaks(values: Float32Array, columns: number, channels: number) {
  return [...values.keys()]
    .filter((i) => values[i] === 1)
    .map((i) => [Math.floor(i / channels / columns), Math.floor(i / channels) % columns, i % channels]);
}

describe("points in a CSV file", () => {
  it("make a Gaussian of height 1 around each, the larger where two meet", async () => {
    const layer = await read(points("x,y\n4.5,3.5\n6.9,3.1\n"), heat);
    const values = shown(layer, heat, same, 1);
    expect(peaks(values, width, 1)).toEqual([
      [3, 4, 0],
      [3, 6, 0],
    ]);
    expect(values[3 * width + 5]).toBeCloseTo(Math.exp(-1 / 8), 6);
    expect(values[5 * width + 9]).toBeCloseTo(Math.exp(-(4 + 9) / 8), 6);
    expect(values[11 * width + 15]).toBe(0);
  });

  it("may have classes, other columns and another separator", async () => {
    const layer = await read(points('score;class;y;x\n1;"square";2;3\n0.5;round;8.2;9\n'), kinds);
    expect(peaks(shown(layer, kinds, same, 2), width, 2)).toEqual([
      [2, 3, 1],
      [8, 9, 0],
    ]);
  });

  it.each([
    ["1,2\n", "points.csv:1: the columns x and y are missing"],
    ["x,y\n3,\n", "points.csv:2: x and y are two numbers"],
    ["x,y\n3,4\n17,4\n", "points.csv:3: the point x 17, y 4 is outside its image"],
  ])("are refused where they are wrong: %j", async (text, expected) => {
    await expect(read(points(text), heat)).rejects.toThrow(expected);
  });

  it("of classes are refused without one, or with an unknown one", async () => {
    await expect(read(points("x,y\n3,4\n"), kinds)).rejects.toThrow("the objects have no class");
    await expect(read(points("x,y,class\n3,4,oval\n"), kinds)).rejects.toThrow(
      '"oval" is not a class of centres',
    );
    await expect(read(points("x,y\n3,4\n"), offsets)).rejects.toThrow("offsets are read from images");
  });
});

describe("images that number the objects", () => {
  it("give their centres of mass, and offsets to them from their own pixels alone", async () => {
    const values = shown(await read("numbers.png", heat), heat, same, 1);
    expect(peaks(values, width, 1)).toEqual([
      [3, 4, 0],
      [9, 12, 0],
    ]);
    const towards = shown(await read("numbers.png", offsets), offsets, same, 2);
    const at = (y: number, x: number) => [...towards.slice(2 * (y * width + x), 2 * (y * width + x) + 2)];
    expect(at(2, 3)).toEqual([0.5, 0.5]);
    expect(at(3, 4)).toEqual([0, 0]);
    expect(at(8, 13)).toEqual([0.25, -0.75]);
    expect(at(0, 0)).toEqual([Number.NaN, Number.NaN]);
  });

  it("turn and grow with the picture: an offset still leads to the centre", async () => {
    const [centres, layer] = [await read("numbers.png", heat), await read("numbers.png", offsets)];
    for (const change of [{ flip: true }, { quarterTurns: 1 }, { angle: 0.4 }, { scale: 1.5 }]) {
      const map = mapOf([height, width], { ...still, ...change, height: 18, width: 18, top: -1, left: -1 });
      const heats = shown(centres, heat, map, 1);
      const towards = shown(layer, offsets, map, 2);
      const found = peaks(heats, 18, 1);
      expect(found.length).toBeGreaterThan(0);
      let led = 0;
      for (let pixel = 0; pixel < 18 * 18; pixel++) {
        const [down = 0, right = 0] = towards.slice(2 * pixel, 2 * pixel + 2);
        if (Number.isNaN(down)) continue;
        const [y, x] = [Math.floor(pixel / 18) + 2 * down, (pixel % 18) + 2 * right];
        if (y < 0 || x < 0 || y > 17 || x > 17) continue;
        led += 1;
        expect(
          Math.min(...found.map(([row = 0, column = 0]) => Math.hypot(row - y, column - x))),
        ).toBeLessThan(0.8);
      }
      expect(led).toBeGreaterThan(5);
      // outside of the image nothing is known
      expect(heats.some((value) => Number.isNaN(value))).toBe(true);
    }
  });

  it("are followed through a warp to the nearest pixel", async () => {
    const wave = warped(canvasOf(height, width), (point) => {
      point.y += 1.5 * Math.sin(point.x / 3);
    });
    const map = geometricMap(wave, [height, width]);
    const found = peaks(shown(await read("numbers.png", heat), heat, map, 1), width, 1);
    expect(found).toHaveLength(2);
    for (const [i, [y, x]] of (
      [
        [3.5, 4.5],
        [9, 12],
      ] as const
    ).entries()) {
      const [row = 0, column = 0] = found[i] ?? [];
      expect(Math.hypot(row + 0.5 + 1.5 * Math.sin((column + 0.5) / 3) - y, column + 0.5 - x)).toBeLessThan(
        0.8,
      );
    }
  });

  it("read for a part of a large image keep the centres of the whole", async () => {
    const own = { files: "numbers.png", validation: undefined };
    const [a, b] = [layerPlan(heat, own), layerPlan(offsets, own)];
    const layers = { [a.key]: file("numbers.png"), [b.key]: file("numbers.png") };
    const region = { top: 2, left: 2, height: 3, width: 3 };
    const part = await readSamplePart({ ...pair(), layers }, noMasks, [a, b], [height, width], region);
    const layer = part.layers.get(b.key);
    expect(layer?.values).toHaveLength(9);
    expect([...(layer?.centres?.values() ?? [])]).toEqual([
      { y: 3.5, x: 4.5, channel: 0 },
      { y: 9, x: 12, channel: 0 },
    ]);
  });
});

it("the position of a coarse output that is nearest to a centre gets the value 1", async () => {
  const { graph } = compileNetwork(
    "network N { input image [1, H, W] maxpool(4) conv(1, 1x1) output c by sigmoid }",
  );
  const fit = fitImage(graph, [height, width]);
  const data = shown(await read("numbers.png", heat), heat, same, 1);
  const truth = { kind: "map", data, shape: [1, height, width, 1] } as const;
  const { data: aligned } = alignedTruth({ kind: "centres" }, truth, fit, 0);
  expect([...aligned].flatMap((value, i) => (value === 1 ? [i] : []))).toEqual([0 * 4 + 1, 2 * 4 + 3]);
});

it("objects of COCO have the class of their category, and groups are not known", async () => {
  const square = (x: number, y: number, size: number) => [
    [x, y, x + size, y, x + size, y + size, x, y + size],
  ];
  const shapes = [
    { value: 1, crowd: true as const, polygons: square(0, 0, 3) },
    { value: 5, category: "square", polygons: square(6, 6, 2) },
    { value: 8, category: "other", polygons: square(10, 2, 2) },
  ];
  const drawn: Pair = { ...pair(), label: "annotations.json", drawing: { height, width, shapes } };
  const plan = layerPlan(kinds, "labels");
  const values = shown(await readLayer(drawn, plan, noMasks), kinds, same, 2);
  expect(peaks(values, width, 2)).toEqual([[7, 7, 1]]);
  expect(Number.isNaN(values[0])).toBe(true);
});
