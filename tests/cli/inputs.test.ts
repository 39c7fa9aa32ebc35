/** Inputs of different size, and one that is resized: trained, evaluated and predicted from the command line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { fcn } from "./run-fcn.ts";

let directory: string;
const torch = await hasTorch();
const [height, width] = [24, 20];

/** Of a square the image shows the outline alone, and the depth map of half the size where it is filled: neither tells it all. */
const fusion = `network Fusion(classes = [ground, square]) {
  input image [3, 2*H, 2*W]
  input depth [1, H, W]
  from image
  conv(6, 3x3) relu as seen
  conv(6, 3x3, stride = 2) relu
  skip depth by concat
  conv(6, 3x3) relu
  upsample(2, learned, channels = 6) relu
  skip seen by concat
  conv(classes, 1x1)
  output labels by softmax
}

train Fusion {
  data      folder(".", images = "images/*.png", labels = "labels/*.png", validate = 25%)
  inputs    depth = image("depth/*.png")
  masks     [ground = 0, square = 1]
  augment   flip, crop(16)
  optimizer adam(0.02)
  epochs    10
  batch     4
}
`;

/** The level of the whole image tells whether squares are light or dark. */
const scene = `network Scene(classes = [ground, square]) {
  input image [3, H, W]
  input whole [3, 8, 8]
  input half [3, 5, 4]
  from whole
  conv(4, 3x3) relu
  avgpool(global)
  conv(4, 1x1)
  upsample(to = image, nearest)
  skip image by concat
  conv(6, 3x3) relu
  conv(classes, 1x1)
  output labels by softmax
}

train Scene {
  data      folder(".", images = "images/*.png", labels = "labels/*.png", validate = 25%)
  inputs    image = image, whole = image(resize), half = image("depth/*.png", resize)
  masks     [ground = 0, square = 1]
  epochs    2
  batch     4
}
`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fcn-inputs-"));
  for (const name of ["images", "labels", "depth", "wrong"]) mkdirSync(join(directory, name));
  for (let i = 0; i < 16; i++) {
    const random = new Random(4, String(i));
    const [top, left] = [2 * random.integer(8), 2 * random.integer(6)];
    const inside = (y: number, x: number) => y >= top && y < top + 8 && x >= left && x < left + 8;
    const grid = (rows: number, columns: number, value: (y: number, x: number) => number) =>
      Uint8Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns));
    const labels = grid(height, width, (y, x) => (inside(y, x) ? 1 : 0));
    const grey = grid(height, width, (y, x) => {
      const edge =
        inside(y, x) && !(inside(y - 1, x) && inside(y + 1, x) && inside(y, x - 1) && inside(y, x + 1));
      return Math.round((edge ? 180 : 80) + 6 * random.normal());
    });
    const depth = grid(height / 2, width / 2, (y, x) => (inside(2 * y, 2 * x) ? 200 : 60));
    const rgb = Uint8Array.from({ length: 3 * grey.length }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
    const name = `${i}.png`;
    const size = { width, height, fullScale: 255 } as const;
    await writePng(join(directory, "images", name), { ...size, channels: 3, data: rgb });
    await writePng(join(directory, "labels", name), { ...size, channels: 1, data: labels });
    const half = { width: width / 2, height: height / 2, channels: 1, fullScale: 255 } as const;
    await writePng(join(directory, "depth", name), { ...half, data: depth });
    await writePng(join(directory, "wrong", name), {
      ...half,
      width: 7,
      height: 10,
      data: new Uint8Array(70),
    });
  }
  writeFileSync(join(directory, "fusion.fcn"), fusion);
  writeFileSync(join(directory, "scene.fcn"), scene);
  // a name that Python writes otherwise
  const renamed = fusion.replaceAll(/(input|skip|inputs +) ?depth\b/g, "$1 depthMap");
  writeFileSync(join(directory, "renamed.fcn"), renamed);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const json = (file: string) => JSON.parse(readFileSync(join(directory, file), "utf8"));
const run = (...words: readonly string[]) => fcn(directory, ...words);

describe("an image and a depth map of half its size", () => {
  it.each(["wasm", "native"])(
    "are learned together on %s, evaluated and predicted",
    async (engine) => {
      const on = ["--engine", engine];
      const trained = await run("train", "fusion.fcn", "--out", engine, ...on);
      expect(trained.status, trained.err).toBe(0);
      const { outputs } = json(`${engine}/metrics.json`);
      expect(outputs.labels.mean_iou).toBeGreaterThan(0.9);
      expect(readFileSync(join(directory, engine, "report.html"), "utf8")).toContain(
        "Worst images (of 4 validation images)",
      );
      const weights = ["--weights", join(engine, "weights.safetensors"), ...on];
      const again = await run("evaluate", "fusion.fcn", ...weights, "--json");
      expect(JSON.parse(again.out).outputs.labels.mean_iou).toBeCloseTo(outputs.labels.mean_iou, 9);
      const averaged = await run("evaluate", "fusion.fcn", ...weights, "--json", "--tta", "hflip");
      expect(JSON.parse(averaged.out).outputs.labels.mean_iou).toBeGreaterThan(0.9);

      const predict = [
        "predict",
        "fusion.fcn",
        join("images", "3.png"),
        ...weights,
        "--out",
        `${engine}-seen`,
      ];
      const { status, err } = await run(...predict, "--input", "depth=depth");
      expect(status, err).toBe(0);
      const labels = await readImage(join(directory, "labels", "3.png"));
      const seen = await readImage(join(directory, `${engine}-seen`, "3.labels.png"));
      expect([seen.height, seen.width]).toEqual([height, width]);
      const levels = new Set(seen.data);
      expect(levels.size).toBeGreaterThan(1);
      const wrong = await run(...predict, "--input", "depth=wrong");
      expect(wrong.status).toBe(1);
      expect(wrong.err).toContain(
        'the image for input "depth" has 10×7 pixels; beside 24×20 of "image" it needs 12×10',
      );
      expect(labels.data.length).toBe(height * width);
      const without = await run(...predict);
      expect(without.err).toContain("--input depth=DIR");
    },
    120_000,
  );

  it("are drawn, counted and checked as data", async () => {
    const shown = await run("data", "show", "fusion.fcn", "-o", "sheet.svg", "--count", "2");
    expect(shown.status, shown.err).toBe(0);
    expect(readFileSync(join(directory, "sheet.svg"), "utf8")).toContain("depth");
    const checked = await run("data", "check", "fusion.fcn");
    expect(checked.status, checked.err).toBe(0);
    const stats = await run("data", "stats", "fusion.fcn");
    expect(stats.status, stats.err).toBe(0);
    expect(stats.out).toMatch(/\ntraining +12 {2}image +24×20\n +depth +12×10\nvalidation/);
    expect(stats.out).toMatch(/\nimage( +0\.\d{3}, 0\.\d{3}, 0\.\d{3}){2}\ndepth( +0\.\d{3}){2}\n/);
    const counted = JSON.parse((await run("data", "stats", "fusion.fcn", "--json")).out);
    expect(counted.inputs).toMatchObject([
      { name: "image", sizes: { training: [[24, 20, 12]], validation: [[24, 20, 4]], test: [] } },
      { name: "depth", sizes: { training: [[12, 10, 12]], validation: [[12, 10, 4]], test: [] } },
    ]);
    const resized = await run("data", "stats", "scene.fcn");
    expect(resized.out).toMatch(/ whole +24×20, resized to 8×8\n +half +12×10, resized to 5×4\n/);
    writeFileSync(join(directory, "wrong.fcn"), fusion.replace("depth/*.png", "wrong/*.png"));
    const wrong = await run("data", "check", "wrong.fcn");
    expect(wrong.status).toBe(1);
    expect(wrong.err).toMatch(/wrong.\d+\.png has 10×7 pixels, and beside an image of 24×20 it needs 12×10/);
  }, 60_000);

  it("are predicted in tiles as whole", async () => {
    const weights = ["--weights", join("wasm", "weights.safetensors"), "--engine", "wasm"];
    const big = new Random(5, "big");
    const side = 160;
    const grey = (size: number, channels: 1 | 3) => ({
      width: size,
      height: size,
      channels,
      fullScale: 255 as const,
      data: Uint8Array.from({ length: size * size * channels }, () => big.integer(256)),
    });
    mkdirSync(join(directory, "big"));
    await writePng(join(directory, "big.png"), grey(side, 3));
    await writePng(join(directory, "big", "big.png"), grey(side / 2, 1));
    const predict = ["predict", "fusion.fcn", "big.png", ...weights, "--input", "depth=big"];
    const whole = await run(...predict, "--out", "whole");
    expect(whole.status, whole.err).toBe(0);
    const tiled = await run(...predict, "--out", "tiled", "--memory", "1MB");
    expect(tiled.status, tiled.err).toBe(0);
    expect(tiled.err).toMatch(/tiles of/);
    const [first, second] = [
      await readImage(join(directory, "whole", "big.labels.png")),
      await readImage(join(directory, "tiled", "big.labels.png")),
    ];
    expect(second.data).toEqual(first.data);
  }, 60_000);
});

describe("an input of one size", () => {
  it("is given the image itself, resized, in training and in prediction", async () => {
    const on = ["--engine", "wasm"];
    const trained = await run("train", "scene.fcn", "--out", "scene", ...on);
    expect(trained.status, trained.err).toBe(0);
    const weights = ["--weights", join("scene", "weights.safetensors"), ...on];
    const evaluated = await run("evaluate", "scene.fcn", ...weights, "--json");
    expect(JSON.parse(evaluated.out).outputs).toMatchObject(json("scene/metrics.json").outputs);
    const predicted = await run(
      ...["predict", "scene.fcn", join("images", "3.png"), ...weights, "--out", "scene-seen"],
      ...["--input", "half=depth"],
    );
    expect(predicted.status, predicted.err).toBe(0);
    const seen = await readImage(join(directory, "scene-seen", "3.labels.png"));
    expect([seen.height, seen.width]).toEqual([height, width]);
  }, 60_000);

  it("is all of the image in exact tiles, which equal the whole, and in blended ones", async () => {
    const random = new Random(6, "scene");
    const grey = (rows: number, columns: number, channels: 1 | 3) => ({
      width: columns,
      height: rows,
      channels,
      fullScale: 255 as const,
      data: Uint8Array.from({ length: rows * columns * channels }, () => random.integer(256)),
    });
    mkdirSync(join(directory, "halves"));
    await writePng(join(directory, "wide.png"), grey(150, 170, 3));
    await writePng(join(directory, "halves", "wide.png"), grey(40, 60, 1));
    const predict = [
      ...["predict", "scene.fcn", "wide.png", "--input", "half=halves", "--probabilities"],
      ...["--weights", join("scene", "weights.safetensors"), "--engine", "wasm"],
    ];
    const whole = await run(...predict, "--out", "scene-whole");
    expect(whole.status, whole.err).toBe(0);
    const tiled = await run(...predict, "--out", "scene-tiled", "--memory", "1MB");
    expect(tiled.status, tiled.err).toBe(0);
    expect(tiled.err).toMatch(/in \d+×\d+ tiles of .* with the result of the whole image/);
    const read = (folder: string, name: string) => readImage(join(directory, folder, name));
    for (const name of ["wide.labels.png", "wide.probability-square.png"])
      expect((await read("scene-tiled", name)).data).toEqual((await read("scene-whole", name)).data);
    const blended = await run(...predict, "--out", "scene-blended", "--memory", "1MB", "--tiles", "blend");
    expect(blended.status, blended.err).toBe(0);
    expect(blended.err).toContain("that overlap, each as an image of its own");
    const [near, own] = [
      await read("scene-blended", "wide.probability-square.png"),
      await read("scene-whole", "wide.probability-square.png"),
    ];
    // parts are padded at their borders, whose weights are small
    const far = own.data.filter((value, i) => Math.abs(value - (near.data[i] ?? 0)) > 0.05 * 65535);
    expect(far.length).toBeLessThan(0.02 * own.data.length);
  }, 60_000);
});

describe("inputs of their own size", () => {
  it.runIf(torch).each(["renamed", "scene"])(
    "are trained by PyTorch, and evaluated and predicted as by another engine: %s",
    async (name) => {
      vi.stubEnv("FCN_PYTHON", python);
      try {
        const out = `torch-${name}`;
        const trained = await run("train", `${name}.fcn`, "--engine", "torch", "--epochs", "6", "--out", out);
        expect(trained.status, trained.err).toBe(0);
        const { outputs } = json(`${out}/metrics.json`);
        const weights = ["--weights", join(out, "weights.safetensors")];
        for (const engine of ["wasm", "torch"]) {
          const again = await run("evaluate", `${name}.fcn`, ...weights, "--json", "--engine", engine);
          const { labels } = JSON.parse(again.out).outputs;
          expect(labels.mean_iou).toBeCloseTo(outputs.labels.mean_iou, 6);
        }
        const folder = name === "renamed" ? "depthMap=depth" : "half=depth";
        const predicted = await run(
          ...["predict", `${name}.fcn`, join("images", "3.png"), ...weights, "--out", `${out}-seen`],
          ...["--input", folder, "--engine", "torch"],
        );
        expect(predicted.status, predicted.err).toBe(0);
      } finally {
        vi.unstubAllEnvs();
      }
    },
    120_000,
  );
});
