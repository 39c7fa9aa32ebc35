/** Predictions of emitted packages for PyTorch, with the weights of the package: those of `fcn predict`. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { writeClasses } from "../../runtime/prediction/output/write-classes.ts";
import { writeObjects } from "../../runtime/prediction/output/write-objects.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { Random } from "../../runtime/random.ts";
import { pictureOfMap } from "../../runtime/targets/registry.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { hasTorch, python } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { writePackage } from "../support/python-package.ts";

const torch = await hasTorch();
const noTorch = "python3-torch is not installed";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-predict-"));
  await writeSyntheticScenes(join(folder, "scenes"), { count: 6, size: [70, 91], seed: 3, validate: 0.5 });
  const random = new Random(7, "halves");
  for (const [part, height, width] of [
    ["half/train", 35, 46],
    ["half/val", 35, 46],
    ["wrong", 9, 7],
  ] as const) {
    await mkdir(join(folder, "scenes", part), { recursive: true });
    const split = part === "half/train" ? "train" : "val";
    for (const name of await readdir(join(folder, "scenes", "images", split))) {
      const data = Uint8Array.from({ length: height * width }, () => random.integer(256));
      const image = { width, height, channels: 1, fullScale: 255, data } as const;
      await writePng(join(folder, "scenes", part, name), image);
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const parts = `data folder("scenes", images = "images/train/*.png", labels = "labels/train/*.png",
    validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")`;

/** Of four classes, at sizes that are multiples of four, with fewer positions than pixels. */
const segmenting = `network Scenes(classes = 4) {
  input image [3, H, W]
  conv(6, 3x3) relu as fine
  conv(8, 3x3, stride = 2) batchnorm relu maxpool(2)
  conv(8, 3x3, dilate = 2) relu
  upsample(2, bilinear)
  conv(classes, 1x1)
  output labels by softmax
}
train Scenes { ${parts} }`;

/** Centres of objects, and offsets to them at half the resolution. */
const finding = `network Finding(classes = [background, disc, box, triangle]) {
  input image [3, H, W]
  conv(6, 3x3) relu as x
  conv(classes, 1x1)
  output labels by softmax
  from x maxpool(2) conv(8, 3x3) relu as y conv(2, 3x3)
  output centre by sigmoid
  from y conv(2, 3x3)
  output offset
}
train Finding {
  ${parts}
  targets labels = labels, centre = centres("points/*.csv", validate = "points/*.csv", classes = "low, high", deviation = 2, threshold = 0.02),
    offset = offsets("instances/train/*.png", validate = "instances/val/*.png", unit = 4, distance = 12)
}`;

/** An image and one of half its size, and two of one size: the image itself and another. */
const sized = `network Sized(classes = 4) {
  input half [1, H, W]
  input image [3, 2*H, 2*W]
  from image conv(4, 3x3, stride = 2) relu
  skip half by concat
  conv(6, 5x5, padding = valid) maxpool(2) conv(4, 3x3) relu
  upsample(2, bilinear) conv(classes, 1x1)
  output labels by softmax
}
train Sized {
  ${parts}
  inputs image = image, half = image("half/train/*.png", validate = "half/val/*.png")
}`;

const copying = `network Copying(classes = 4) {
  input image [3, H, W]
  input whole [3, 8, 6]
  input other [1, 5, 90]
  from whole conv(4, 3x3) relu avgpool(global) as a
  from other avgpool(global) skip a by concat
  upsample(to = image, nearest) skip image by concat conv(8, 3x3) relu conv(classes, 1x1)
  output labels by softmax
}
train Copying {
  ${parts}
  inputs image = image, whole = image(resize), other = image("half/train/*.png", validate = "half/val/*.png", resize)
}`;

/** Classes of the whole image beside those of pixels: of two channels, and of one. */
const kinds = `network Kinds(classes = 4) {
  input image [3, H, W]
  conv(6, 3x3) relu as x
  conv(classes, 1x1)
  output labels by softmax
  from x avgpool(global) as seen conv(3, 1x1)
  output room by softmax
  from seen conv(1, 1x1)
  output light by sigmoid
}
train Kinds {
  ${parts}
  targets labels = labels, room = image_class("kitchen, hall, street"), light = image_class("night, day")
}`;

async function rowsOf(file: string): Promise<readonly (readonly string[])[]> {
  return (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

describe("predictions of image files", () => {
  const pictures = async () => {
    const all = join(folder, "scenes", "images", "val");
    return (await readdir(all)).sort().map((name) => ({ name, path: join(all, name) }));
  };

  it("have the labels and files of `fcn predict`, whole and in tiles", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const network = compileNetwork(segmenting);
    const name = await writePackage(network, folder);
    const { weights, metadata } = await readWeights(join(folder, name, "weights.safetensors"));
    const predict = (out: string, ...more: string[]) =>
      promisify(execFile)(python, ["-m", `${name}.predict`, "scenes/images/val", "--out", out, ...more], {
        cwd: folder,
      });
    await predict("whole", "--probabilities");
    await predict("tiled", "--tile", "56", "--no-overlay");
    const predictor = await Predictor.open(network.graph, await loadEngine("wasm"), { weights, ...metadata });
    try {
      for (const { name: file, path } of await pictures()) {
        const [prediction] = await predictor.predict(await readImage(path, 3));
        if (prediction?.kind !== "classes") throw new Error("no classes are predicted");
        const stem = file.replace(".png", "");
        const whole = await readLabel(join(folder, "whole", `${stem}.labels.png`));
        expect(whole.kind).toBe("palette");
        expect([...whole.values]).toEqual([...prediction.labels.data]);
        expect(new Set(whole.values).size).toBeGreaterThan(1);
        const tiled = await readLabel(join(folder, "tiled", `${stem}.labels.png`));
        expect(tiled.values).toEqual(whole.values);
        const { data } = prediction.probabilities();
        const written = await readImage(join(folder, "whole", `${stem}.probability-class_1.png`));
        for (const [pixel, level] of written.data.entries())
          expect(Math.abs(level / 65535 - (data[4 * pixel + 1] ?? 0))).toBeLessThan(1e-4);
      }
    } finally {
      predictor.close();
    }
    expect(await readdir(join(folder, "tiled"))).toHaveLength((await pictures()).length);
  }, 120_000);

  it.runIf(torch).each([
    ["of half the size, whole and in tiles", sized, 60],
    ["of one size, of which one is the image", copying, undefined],
  ])(
    "have the labels of `fcn predict` with inputs %s",
    async (_, text, tile) => {
      const network = compileNetwork(text);
      const name = await writePackage(network, folder);
      const { weights, metadata } = await readWeights(join(folder, name, "weights.safetensors"));
      const added = text === sized ? "half" : "other";
      const predict = (out: string, ...more: string[]) => {
        const given = [
          "scenes/images/val",
          "--input",
          `${added}=scenes/half/val`,
          "--no-overlay",
          "--out",
          out,
          ...more,
        ];
        return promisify(execFile)(python, ["-m", `${name}.predict`, ...given], { cwd: folder });
      };
      await predict(`${name}-whole`);
      if (tile !== undefined) await predict(`${name}-tiled`, "--tile", String(tile));
      const predictor = await Predictor.open(network.graph, await loadEngine("wasm"), {
        weights,
        ...metadata,
      });
      try {
        for (const { name: file, path } of await pictures()) {
          const half = await readImage(join(folder, "scenes", "half", "val", file), 1);
          const image = await readImage(path, 3);
          const others =
            text === sized
              ? new Map([["half", half]])
              : new Map([
                  ["whole", image],
                  ["other", half],
                ]);
          const [prediction] = await predictor.predict(image, others);
          if (prediction?.kind !== "classes") throw new Error("no classes are predicted");
          const label = file.replace(".png", ".labels.png");
          const whole = await readLabel(join(folder, `${name}-whole`, label));
          expect([...whole.values]).toEqual([...prediction.labels.data]);
          expect(new Set(whole.values).size).toBeGreaterThan(1);
          if (tile !== undefined)
            expect((await readLabel(join(folder, `${name}-tiled`, label))).values).toEqual(whole.values);
        }
      } finally {
        predictor.close();
      }
      await expect(predict("none", "--input", "more=scenes")).rejects.toThrow(
        "the network has no other input more",
      );
      if (text === sized)
        await expect(predict("none", "--input", "half=scenes/wrong")).rejects.toThrow(
          "the image of half has 9 by 7 pixels; beside 70 by 91 of image it needs 35 by 45",
        );
    },
    120_000,
  );

  it("have the points and objects that `fcn predict` writes", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const network = compileNetwork(finding);
    const name = await writePackage(network, folder);
    const { weights, metadata } = await readWeights(join(folder, name, "weights.safetensors"));
    const given = ["-m", `${name}.predict`, "scenes/images/val", "--out", "found", "--no-overlay"];
    await promisify(execFile)(python, given, { cwd: folder });
    const predictor = await Predictor.open(network.graph, await loadEngine("wasm"), { weights, ...metadata });
    let most = 0;
    try {
      for (const { name: file, path } of await pictures()) {
        const stem = file.replace(".png", "");
        const image = await readImage(path, 3);
        const predictions = await predictor.predict(image);
        const [labels] = predictions;
        if (labels?.kind !== "classes") throw new Error("no classes are predicted");
        const [points, objects] = [join(folder, `${stem}.csv`), join(folder, `${stem}.objects.png`)];
        await writeObjects({
          image: path,
          predictions,
          files: [
            undefined,
            { kind: "picture", pictures: [], points },
            { kind: "picture", pictures: [], objects: [{ path: objects, format: "png" }] },
          ],
          background: { labels: labels.labels, label: 0 },
        });
        const [ours, theirs] = await Promise.all(
          [points, join(folder, "found", `${stem}.centre.csv`)].map(rowsOf),
        );
        expect(theirs?.map((row) => row.slice(0, 4))).toEqual(ours?.map((row) => row.slice(0, 4)));
        for (const [row, own] of (ours ?? []).slice(1).entries())
          expect(Math.abs(Number(theirs?.[row + 1]?.[4]) - Number(own[4]))).toBeLessThan(2e-4);
        const grouped = (await readLabel(join(folder, "found", `${stem}.offset.objects.png`))).values;
        expect([...grouped]).toEqual([...(await readLabel(objects)).values]);
        most = Math.max(most, ...grouped);
        for (const picture of predictions.slice(1)) {
          if (picture.kind !== "map") throw new Error("no map is predicted");
          const drawn = pictureOfMap(picture.map, picture.target, image).data;
          const found = (await readImage(join(folder, "found", `${stem}.${picture.output}.png`))).data;
          // float32 outputs of two engines, rounded to bytes
          for (const [i, value] of found.entries())
            expect(Math.abs(value - (drawn[i] ?? -9))).toBeLessThanOrEqual(1);
        }
      }
    } finally {
      predictor.close();
    }
    expect(most).toBeGreaterThan(1);
  }, 120_000);

  it("have the table of a class of the whole image that `fcn predict` writes", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const network = compileNetwork(kinds);
    const name = await writePackage(network, folder);
    const { weights, metadata } = await readWeights(join(folder, name, "weights.safetensors"));
    const given = ["-m", `${name}.predict`, "scenes/images/val", "--out", "kinds", "--no-overlay"];
    await promisify(execFile)(python, given, { cwd: folder });
    const predictor = await Predictor.open(network.graph, await loadEngine("wasm"), { weights, ...metadata });
    try {
      for (const { name: file, path } of await pictures())
        for (const prediction of await predictor.predict(await readImage(path, 3))) {
          if (prediction.kind !== "map") continue;
          const [stem, { output }] = [file.replace(".png", ""), prediction];
          const table = { kind: "table", path: join(folder, `${stem}.${output}.csv`) } as const;
          await writeClasses(prediction, table);
          const [ours, theirs] = await Promise.all(
            [table.path, join(folder, "kinds", `${stem}.${output}.csv`)].map(rowsOf),
          );
          expect(theirs?.map(([kind]) => kind)).toEqual(ours?.map(([kind]) => kind));
          for (const [row, [, probability]] of (ours ?? []).slice(1).entries())
            expect(Math.abs(Number(theirs?.[row + 1]?.[1]) - Number(probability))).toBeLessThan(1e-5);
        }
    } finally {
      predictor.close();
    }
    const tables = (await readdir(join(folder, "kinds"))).filter((file) => file.endsWith(".csv"));
    expect(tables).toHaveLength(2 * (await pictures()).length);
  }, 120_000);
});
