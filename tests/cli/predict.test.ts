import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { greyPng, pngFile } from "../../tools/verify/faults/files/png-file.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";
import { tinyProgram, trainTiny, writeTiny } from "./tiny-run.ts";

const weights = ["--weights", "run/weights.safetensors", "--engine", "wasm"];

const directory = workingDirectory();
const write = (name: string, content: Uint8Array | string) => writeFileSync(join(directory, name), content);
const run = (...words: readonly string[]) => fcn(directory, ...words);

beforeAll(async () => {
  await writeTiny(directory, tinyProgram.replace("disc]", "thing]"), "--count", "4", "--size", "16x16");
  const scene = ["data", "synth", "scene", "--count", "1", "--size", "301x203", "--classes", "disc"];
  expect((await run(...scene)).status).toBe(0);
  await trainTiny(directory, "--epochs", "1");
}, 60_000);

describe("fcn predict", () => {
  it("continues after a bad image, lists the bad ones at the end and ends with 1", async () => {
    mkdirSync(join(directory, "mixed", "deep"), { recursive: true });
    write("mixed/a.png", greyPng(20, 12, 90));
    write("mixed/empty.png", "");
    write(
      "mixed/float.tif",
      tiffFile([{ width: 2, height: 2, channels: 1, samples: Float32Array.of(0, 1, 2, 3) }]),
    );
    execFileSync("mkfifo", [join(directory, "mixed", "pipe.png")]);
    write("mixed/z.png", greyPng(7, 5, 40));
    write("mixed/deep/a.png", greyPng(9, 9, 40));
    const { status, out, err } = await run("predict", "tiny.fcn", ...weights, "mixed", "--out", "seen");
    expect(status).toBe(1);
    expect(out).toBe("seen/a.labels.png\nseen/float.labels.png\nseen/z.labels.png\n");
    expect(err).toContain("mixed/empty.png is empty");
    expect(err).toContain("floating-point samples are used as they are");
    expect(err).toMatch(/2 of 5 images have no prediction:\n {2}mixed\/empty\.png\n {2}mixed\/pipe\.png\n$/);
    expect(readdirSync(join(directory, "seen"))).toHaveLength(6);
  });

  it("takes patterns in quotes and keeps the folders they found images in", async () => {
    const { status, out } = await run("predict", "tiny.fcn", ...weights, "mixed/**/a.png", "--out", "deep");
    expect(out).toBe("deep/a.labels.png\ndeep/deep/a.labels.png\n");
    expect(status).toBe(0);
    const collide = ["mixed/a.png", "mixed/deep/a.png"];
    const refused = await run("predict", "tiny.fcn", ...weights, ...collide, "--out", "both");
    expect(refused).toMatchObject({ status: 1, out: "" });
    expect(refused.err).toContain("would both be written to both/a.png.labels.png");
    expect(existsSync(join(directory, "both"))).toBe(false);
  });

  it("asks the forecast before it decodes, and names the largest image that fits and the ways out", async () => {
    // Nothing but a header: to decode it would say that the data is missing.
    const header = {
      width: 16000,
      height: 12000,
      depth: 8,
      colourType: 2,
      data: deflateSync(new Uint8Array(1)),
    };
    write("large.png", pngFile(header));
    const { status, err } = await run(
      "predict",
      "tiny.fcn",
      ...weights,
      "large.png",
      "--out",
      "large",
      "--tiles",
      "none",
    );
    expect(status).toBe(1);
    expect(err).toMatch(
      /large\.png: a prediction of 12000×16000 pixels needs [\d.]+ GB, and the wasm engine holds at most 4\.29 GB/,
    );
    expect(err).toMatch(/an image of at most \d{4}×\d{4} is sure to fit: resize it;/);
    expect(err).not.toContain("batch");
    // an evaluation likewise, before any image is decoded
    for (const folder of ["images", "labels"]) {
      mkdirSync(join(directory, "wide", folder), { recursive: true });
      write(`wide/${folder}/large.png`, pngFile(header));
    }
    const all = ["--data", "wide", "--split", "all"];
    const evaluated = await run("evaluate", "tiny.fcn", ...weights, ...all);
    expect(evaluated.err).toMatch(
      /wide\/images\/large\.png: a prediction of 12000×16000 pixels needs [\d.]+ GB/,
    );
    expect(evaluated).toMatchObject({ status: 1, out: "" });
  });

  it("predicts in tiles what needs more memory than it may take, with the same files as of the whole", async () => {
    const image = "scene/images/train/00000.png";
    const predict = (...more: readonly string[]) =>
      run("predict", "tiny.fcn", ...weights, image, "--probabilities", ...more);
    expect(await predict("--out", "whole")).toMatchObject({ status: 0 });
    const { err } = await predict("--out", "tiled", "--memory", "3MB");
    expect(err).toMatch(
      /301×203 pixels are predicted in \d×\d tiles of \d+×\d+ pixels, with the result of the whole/,
    );
    const files = readdirSync(join(directory, "whole")).sort();
    expect(readdirSync(join(directory, "tiled")).sort()).toEqual(files);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const [first, second] = await Promise.all(
        ["whole", "tiled"].map((folder) => readImage(join(directory, folder, file))),
      );
      expect(second?.data, file).toEqual(first?.data);
    }
  });

  it("averages several weights, flips and sizes, in tiles as of the whole, and evaluates the same", async () => {
    const again = ["--epochs", "1", "--engine", "wasm", "--seed", "5", "--out", "folds/b"];
    expect((await run("train", "tiny.fcn", ...again)).status).toBe(0);
    const image = "scene/images/train/00000.png";
    const augmented = ["--tta", "hflip,vflip", "--scales", "0.75,1", "--probabilities", "--engine", "wasm"];
    const several = ["--weights", "run/weights.safetensors", "--weights", "folds/*/weights.safetensors"];
    const predict = (...more: readonly string[]) =>
      run("predict", "tiny.fcn", ...several, image, ...augmented, ...more);
    expect(await predict("--out", "mean")).toMatchObject({ status: 0 });
    const tiled = await predict("--out", "mean-tiled", "--memory", "3MB");
    expect(tiled.err).toContain("tiles of");
    expect(tiled.err).toContain(
      "each prediction is the mean of 16: 2 weights × 4 flips × 2 scales (0.75, 1; bilinear)",
    );
    for (const file of readdirSync(join(directory, "mean"))) {
      const [first, second] = await Promise.all(
        ["mean", "mean-tiled"].map((folder) => readImage(join(directory, folder, file))),
      );
      const far = Array.from(first?.data ?? []).reduce(
        (most, sample, i) => Math.max(most, Math.abs(sample - (second?.data[i] ?? 0))),
        0,
      );
      // a step of 16 bits where a mean lies between two
      expect(far, file).toBeLessThanOrEqual(1);
    }
    const all = ["--split", "all", "--json", "--engine", "wasm", "--per-image", "each.csv"];
    const { out, err } = await run("evaluate", "tiny.fcn", ...several, "--tta", "hflip", ...all);
    expect(err).toBe("engine wasm on CPU\n");
    expect(JSON.parse(out)).toMatchObject({
      weights: ["run/weights.safetensors", "folds/b/weights.safetensors"],
      loss: null,
      images: 3,
    });
    expect(readFileSync(join(directory, "each.csv"), "utf8").split("\r\n")[1]).toMatch(/^[^,]+,,0\.\d/);
    for (const [words, message] of [
      [["--tta", "rot90"], 'there is no "rot90"'],
      [["--scales", "0"], "are not factors from 0.1 to 10"],
      [["--weights", "none-*.safetensors"], 'no file matches "none-*.safetensors"'],
    ] as const)
      expect((await predict(...words, "--out", "x")).err).toContain(message);
  }, 60_000);

  it("evaluates the pairs that are set aside for the test, and no others", async () => {
    const held = tinyProgram
      .replace("disc]", "thing]")
      .replace("validate = 25%", "validate = 34%, test = 34%");
    write("held.fcn", held);
    const evaluate = async (program: string, split: string) => {
      const words = [
        "evaluate",
        program,
        ...weights,
        "--split",
        split,
        "--json",
        "--per-image",
        `${split}.csv`,
      ];
      const finished = await run(...words);
      if (finished.status !== 0) return finished.err;
      expect(JSON.parse(finished.out)).toMatchObject({ measured_on: split });
      const [, ...lines] = readFileSync(join(directory, `${split}.csv`), "utf8")
        .trimEnd()
        .split("\r\n");
      return lines.map((line) => line.split(",")[0]);
    };
    const [test, validation, training, all] = [
      await evaluate("held.fcn", "test"),
      await evaluate("held.fcn", "validation"),
      await evaluate("held.fcn", "training"),
      await evaluate("held.fcn", "all"),
    ];
    expect(test).toHaveLength(1);
    expect([...(training ?? []), ...(validation ?? []), ...(test ?? [])]).toEqual(all);
    expect(new Set(all).size).toBe(3);
    expect(await evaluate("tiny.fcn", "test")).toMatch(
      /has no pairs for --split test\nhelp: set some aside in the train section's data: test = 10%/,
    );
  });

  it("limits the pixels by --max-pixels, of training data too", async () => {
    const bomb = {
      width: 20000,
      height: 20000,
      depth: 8,
      colourType: 0,
      data: deflateSync(new Uint8Array(1)),
    };
    write("bomb.png", pngFile(bomb));
    const { status, err } = await run("predict", "tiny.fcn", ...weights, "bomb.png", "--out", "x");
    expect([status, err]).toEqual([
      1,
      expect.stringContaining("bomb.png has 20000×20000 pixels, more than the limit of 268435456"),
    ]);
    const small = await run(
      "predict",
      "tiny.fcn",
      ...weights,
      "mixed/a.png",
      "--out",
      "x",
      "--max-pixels",
      "100",
    );
    expect(small.err).toContain("mixed/a.png has 12×20 pixels, more than the limit of 100");
    const data = await run("data", "check", "tiny.fcn", "--max-pixels", "255");
    expect(data).toMatchObject({ status: 1 });
    expect(data.err).toContain("16×16 pixels, more than the limit of 255 (and 5 files more)");
  });
});

describe("an output that cannot be used is said first", () => {
  // Neither the programs nor the weights exist: what is wrong with the output is found before they are looked for.
  const commands: readonly (readonly [name: string, words: (out: string) => readonly string[]])[] = [
    ["predict", (out) => ["predict", "no.fcn", "no.png", "--weights", "no", "--out", out]],
    ["train", (out) => ["train", "no.fcn", "--out", out]],
    ["diagram", (out) => ["diagram", "no.fcn", "-o", `${out}/x.svg`]],
    ["field", (out) => ["field", "no.fcn", "-o", `${out}/x.svg`]],
    ["new", (out) => ["new", out]],
    ["data synth", (out) => ["data", "synth", out]],
  ];
  for (const [name, words] of commands) {
    it(`by ${name}`, async () => {
      for (const out of ["tiny.fcn", "tiny.fcn/below"]) {
        const { status, err } = await run(...words(out));
        expect(err).toMatch(
          /^error: tiny\.fcn\S* cannot be written: .*(is a file, not a folder|is not a folder)/,
        );
        expect(err).not.toContain("no.fcn");
        expect(status).toBe(1);
      }
    });
  }

  it("an empty name too", async () => {
    const empty = [
      ["predict", "no.fcn", "no.png", "--weights", "no", "--out", ""],
      ["train", "no.fcn", "--out", ""],
      ["diagram", "no.fcn", "-o", ""],
      ["field", "no.fcn", "-o", ""],
      ["new", ""],
      ["data", "synth", ""],
    ];
    for (const words of empty) {
      const { status, err } = await run(...words);
      expect([words[0], status, err]).toEqual([words[0], 2, expect.stringMatching(/^error: \S+ is empty/)]);
    }
  });
});
