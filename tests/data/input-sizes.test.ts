/** Inputs of different size show the same place of a sample, each in its own pixels. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { trainingBatches } from "../../runtime/data/batches.ts";
import { checkData } from "../../runtime/data/check.ts";
import type { Batch, DataSet } from "../../runtime/data/data-set.ts";
import { DecodePool } from "../../runtime/data/decode-pool.ts";
import { layersOf } from "../../runtime/data/make-batch.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { resizeSamples } from "../../runtime/images/area-resize.ts";
import { inputPlans, outputPlans, targetPlans } from "../../runtime/training/output-plans.ts";
import { UserError } from "../../runtime/user-error.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { type Folder, masksOf, temporaryFolder } from "./fixture.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());
const pool = new DecodePool(1);
afterAll(() => pool.close());

const [height, width] = [20, 24];
/** In squares of two by two pixels, so that the shrunken image is exact. */
const level = (y: number, x: number) => (53 * Math.floor(y / 2) + 17 * Math.floor(x / 2)) % 251;
const rowsOf = (rows: number, columns: number, value: (y: number, x: number) => number) =>
  Array.from({ length: rows }, (_, y) => Array.from({ length: columns }, (_, x) => value(y, x)));

/** One image, the same at half its size, and labels of the left half. */
async function writeSample(coarse: readonly (readonly number[])[] = halves): Promise<void> {
  await folder.grey("images/a.png", rowsOf(height, width, level));
  await folder.grey("coarse/a.png", coarse);
  await folder.grey(
    "labels/a.png",
    rowsOf(height, width, (_, x) => (x < 12 ? 0 : 1)),
  );
}
const halves = rowsOf(height / 2, width / 2, (y, x) => level(2 * y, 2 * x));

const program = (
  inputs: string,
  entries = "",
  declared = "input coarse [1, H, W]",
) => `network Two(classes = 2) {
  input fine [1, 2*H, 2*W]
  ${declared}
  from fine
  conv(2, 3x3, stride = 2)
  ${declared.includes("coarse") ? "skip coarse by concat" : ""}
  upsample(2, bilinear)
  conv(classes, 1x1)
  output labels by softmax
}
train Two {
  data   folder(".", images = "images/*.png", labels = "labels/*.png")
  inputs ${inputs}
  ${entries}
}`;

async function opened(text: string) {
  const { graph, train } = compileNetwork(text);
  if (train?.data === undefined) throw new Error("the program has data");
  const inputs = inputPlans(graph, train).map((input) => ({
    ...input,
    normalisation: { mean: [0], deviation: [1] },
  }));
  const targets = targetPlans(outputPlans(graph, train));
  const data: DataSet = await openDataSet(train.data, masksOf(["left", "right"]), {
    baseDirectory: folder.path,
    layers: layersOf(inputs, targets),
  });
  return { train, inputs, targets, data };
}

async function firstBatch(
  text: string,
  epoch: number,
  augment: readonly AugmentationConfiguration[],
): Promise<Batch> {
  const { inputs, targets, data } = await opened(text);
  for await (const batch of trainingBatches(data, {
    batch: 1,
    inputs,
    targets,
    augment,
    seed: 3,
    epoch,
    pool,
  }))
    return batch;
  throw new Error("no batch");
}

const mapOf = (batch: Batch, name: string): MapBatch => {
  const map = batch.inputs.get(name);
  if (map === undefined) throw new Error(`no input ${name}`);
  return map;
};
const distance = (first: ArrayLike<number>, second: ArrayLike<number>) =>
  Array.from(first).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (second[i] ?? Number.NaN))),
    0,
  );

const ownFiles = program('fine = image, coarse = image("coarse/*.png")');
const shrunk = program("fine = image, coarse = image(shrink = 2)");

describe("an input of half the size", () => {
  const exact: readonly (readonly [string, readonly AugmentationConfiguration[]])[] = [
    ["crops", [{ kind: "crop", size: [8, 12] }]],
    ["crops around rare classes", [{ kind: "crop", size: [8, 8], rare: 1 }]],
    [
      "flips and quarter turns",
      [
        { kind: "flip", probability: 0.5 },
        { kind: "flip_vertical", probability: 0.5 },
        { kind: "rotate", degrees: 180, probability: 1 },
      ],
    ],
    ["crops larger than the image", [{ kind: "crop", size: [28, 32] }]],
  ];
  it.each(exact)("from files of its own is the shrunken image: %s", async (_, augment) => {
    await writeSample();
    for (let epoch = 0; epoch < 8; epoch++) {
      const [own, other] = [
        await firstBatch(ownFiles, epoch, augment),
        await firstBatch(shrunk, epoch, augment),
      ];
      const [rows, columns] = own.size;
      expect(mapOf(own, "fine").shape).toEqual([1, rows, columns, 1]);
      expect(mapOf(own, "coarse").shape).toEqual([1, rows / 2, columns / 2, 1]);
      if (augment[0]?.kind === "crop") {
        // windows of the shrunken one begin anywhere: the pixels of its own image are compared with those of the fine one
        const fine = mapOf(own, "fine");
        const means = Float32Array.from({ length: (rows * columns) / 4 }, (_, i) => {
          const [y, x] = [2 * Math.floor(i / (columns / 2)), 2 * (i % (columns / 2))];
          return fine.data[y * columns + x] ?? 0;
        });
        expect(distance(mapOf(own, "coarse").data, means)).toBeLessThan(1e-6);
      } else expect(distance(mapOf(own, "coarse").data, mapOf(other, "coarse").data)).toBeLessThan(1e-6);
    }
  });

  it("shows the same place after rotations, scalings, shears and warps", async () => {
    // a ramp, of which every mean and every value between pixels is known
    await folder.grey(
      "images/a.png",
      rowsOf(40, 48, (y, x) => 2 * y + 3 * x),
    );
    await folder.grey(
      "coarse/a.png",
      rowsOf(20, 24, (y, x) => 4 * y + 6 * x + 2),
    );
    await folder.grey(
      "labels/a.png",
      rowsOf(40, 48, () => 0),
    );
    const augment: readonly AugmentationConfiguration[] = [
      { kind: "rotate", degrees: 20, probability: 1 },
      { kind: "scale", factors: [1.3, 1.6], probability: 1 },
      { kind: "shear", degrees: 8, probability: 1 },
      { kind: "elastic", deviation: 1, grid: 3, probability: 1 },
      { kind: "crop", size: [12, 16] },
    ];
    for (let epoch = 0; epoch < 6; epoch++) {
      const batch = await firstBatch(ownFiles, epoch, augment);
      const [fine, coarse] = [mapOf(batch, "fine"), mapOf(batch, "coarse")];
      const means = Float32Array.from(coarse.data, (_, i) => {
        const [y, x] = [2 * Math.floor(i / 8), 2 * (i % 8)];
        const at = (row: number, column: number) => fine.data[row * 16 + column] ?? Number.NaN;
        return (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4;
      });
      // the levels of the small image are rounded by up to a half, and the warp is bent within a pixel
      expect(distance(coarse.data, means)).toBeLessThan(2 / 255);
    }
  });

  it("has labels of the size of the data's images", async () => {
    await writeSample();
    const batch = await firstBatch(ownFiles, 0, [{ kind: "crop", size: [8, 12] }]);
    expect(batch.targets.get("labels")?.shape).toEqual([1, 8, 12]);
  });

  it("is refused where its files have another size, naming the file and what it needs", async () => {
    await writeSample(rowsOf(height, width, level));
    const { inputs, targets, data } = await opened(ownFiles);
    const report = await checkData(data, { channels: 1 });
    expect(report.problems.map(({ code, message }) => `${code} ${message}`)).toContainEqual(
      expect.stringMatching(
        /^data\/size-differs 1 input image of another size .*coarse.a\.png has 20×24 pixels, and beside an image of 20×24 it needs 10×12/,
      ),
    );
    const batches = trainingBatches(data, {
      batch: 1,
      inputs,
      targets,
      augment: [],
      seed: 1,
      epoch: 0,
      pool,
    });
    await expect(batches.next()).rejects.toThrow(UserError);
  });

  it("may have files of the image's size that are shrunk", async () => {
    await writeSample(rowsOf(height, width, level));
    const text = program('fine = image, coarse = image("coarse/*.png", shrink = 2)');
    const batch = await firstBatch(text, 0, []);
    expect(
      distance(
        mapOf(batch, "coarse").data,
        halves.flat().map((value) => value / 255),
      ),
    ).toBeLessThan(1e-6);
  });

  it("may be rounded either way where the image's size is odd", async () => {
    for (const rows of [10, 11]) {
      await folder.grey("images/a.png", rowsOf(21, 24, level));
      await folder.grey(
        "labels/a.png",
        rowsOf(21, 24, () => 0),
      );
      await folder.grey("coarse/a.png", rowsOf(rows, 12, level));
      const batch = await firstBatch(ownFiles, 0, []);
      expect(mapOf(batch, "coarse").shape).toEqual([1, 10, 12, 1]);
    }
  });
});

describe("an input of one size", () => {
  it("is the crop, resized: of the data's images, and of files of any size", async () => {
    await writeSample();
    const copy = `network Two(classes = 2) {
  input fine [1, H, W]
  input copy [1, 5, 6]
  from copy
  avgpool(global)
  upsample(to = fine, nearest)
  skip fine by concat
  conv(classes, 1x1)
  output labels by softmax
}
train Two {
  data   folder(".", images = "images/*.png", labels = "labels/*.png")
  inputs fine = image, copy = FROM
}`;
    const augment: readonly AugmentationConfiguration[] = [{ kind: "crop", size: [8, 12] }];
    for (let epoch = 0; epoch < 4; epoch++) {
      const own = await firstBatch(copy.replace("FROM", "image(resize)"), epoch, augment);
      const wanted = new Float32Array(30);
      resizeSamples(mapOf(own, "fine").data, [8, 12, 1], [5, 6], wanted);
      expect(mapOf(own, "copy").shape).toEqual([1, 5, 6, 1]);
      expect(mapOf(own, "copy").data).toEqual(wanted);
    }
    const other = await firstBatch(copy.replace("FROM", 'image("coarse/*.png", resize)'), 0, []);
    const wanted = new Float32Array(30);
    resizeSamples(
      Float32Array.from(halves.flat(), (value) => value / 255),
      [10, 12, 1],
      [5, 6],
      wanted,
    );
    expect(distance(mapOf(other, "copy").data, wanted)).toBeLessThan(1e-6);
  });
});

describe("resizing", () => {
  it("takes the mean of the pixels that are covered, each by its share", () => {
    const target = new Float32Array(2);
    resizeSamples(Float32Array.from([1, 2, 3]), [1, 3, 1], [1, 2], target);
    expect(target[0]).toBeCloseTo((1 + 0.5 * 2) / 1.5, 6);
    expect(target[1]).toBeCloseTo((0.5 * 2 + 3) / 1.5, 6);
  });

  it("is bilinear between centres where the result is larger", () => {
    const target = new Float32Array(4);
    resizeSamples(Float32Array.from([0, 1]), [1, 2, 1], [1, 4], target);
    expect([...target]).toEqual([0, 0.25, 0.75, 1]);
  });
});
