import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import type { LastBatch } from "../../compiler/learning/configuration.ts";
import { countTrainingBatches, trainingBatches, validationBatches } from "../../runtime/data/batches.ts";
import type { Batch, DataSet } from "../../runtime/data/data-set.ts";
import { DecodePool } from "../../runtime/data/decode-pool.ts";
import type { Pair } from "../../runtime/data/pair.ts";
import { batchSizes, planBatches } from "../../runtime/data/plan-batches.ts";
import { cacheOf, SampleCache } from "../../runtime/data/sample-cache.ts";
import { UserError } from "../../runtime/user-error.ts";
import { type Folder, masksOf, temporaryFolder } from "./fixture.ts";
import { classes, imageOf, inputOf, labels } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const one = new DecodePool(1);
const three = new DecodePool(3);
afterAll(() => Promise.all([one.close(), three.close()]));

/** Pair i: an image of level i everywhere but 100 at the top left, labelled 1 there and 0 elsewhere. */
async function pairOf(i: number, height = 4, width = 4): Promise<Pair> {
  const rows = (corner: number, rest: number) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => (y + x === 0 ? corner : rest)),
    );
  return {
    name: `${i}`,
    image: await folder.grey(`image/${i}.png`, rows(100, i)),
    label: await folder.grey(`label/${i}.png`, rows(1, 0)),
  };
}

async function dataOf(sizes: readonly (readonly [number, number])[]): Promise<DataSet> {
  const training = await Promise.all(sizes.map(([height, width], i) => pairOf(i, height, width)));
  return { source: folder.path, training, validation: training, masks: masksOf(["a", "b"]) };
}

const squares = (count: number) => Array.from({ length: count }, () => [4, 4] as const);
const common = {
  batch: 4,
  inputs: [inputOf(1, { mean: [0], deviation: [1 / 255] })],
  targets: [labels],
};
const imagesOf = (batch: Batch | undefined) => {
  const images = batch?.inputs.get("image");
  if (images === undefined) throw new Error("no images");
  return images;
};
const labelsOf = (batch: Batch | undefined) => batch?.targets.get("labels");
const shapeOf = (batch: Batch) => imagesOf(batch).shape.join("×");
const uncropped: readonly AugmentationConfiguration[] = [
  { kind: "flip", probability: 0.5 },
  { kind: "flip_vertical", probability: 0.5 },
  { kind: "rotate", degrees: 20, probability: 1 },
  { kind: "scale", factors: [0.8, 1.25], probability: 1 },
  { kind: "brightness", change: 0.2, probability: 1 },
  { kind: "contrast", change: 0.2, probability: 0.5 },
  { kind: "gamma", powers: [0.7, 1.5], probability: 0.5 },
  { kind: "blur", deviations: [0.5, 1], probability: 0.5 },
  { kind: "noise", deviation: 0.1, probability: 0.5 },
];
const lively: readonly AugmentationConfiguration[] = [...uncropped, { kind: "crop", size: [3, 5] }];
const none: readonly AugmentationConfiguration[] = [];

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const result: Batch[] = [];
  for await (const batch of batches) result.push(batch);
  return result;
}

const training = (dataSet: DataSet, augment = none, epoch = 0, pool = three, seed = 7) =>
  all(trainingBatches(dataSet, { ...common, augment, seed, epoch, pool }));

describe("trainingBatches", () => {
  it("gives every pair once and keeps the last partial batch", async () => {
    const batches = await training(await dataOf(squares(10)));
    expect(batches.map(({ names }) => names.length)).toEqual([4, 4, 2]);
    expect(batches.flatMap(({ names }) => names).sort()).toEqual([..."0123456789"]);
    expect(imagesOf(batches[0]).shape).toEqual([4, 4, 4, 1]);
    expect(labelsOf(batches[2])?.shape).toEqual([2, 4, 4]);
  });

  it("gives normalised samples and classes, in the order of the names", async () => {
    const [batch] = await training(await dataOf(squares(3)));
    const pixels = imagesOf(batch).data.slice(16, 32).map(Math.round);
    expect([...pixels]).toEqual([100, ...Array(15).fill(Number(batch?.names[1]))]);
    expect([...(labelsOf(batch)?.data.slice(16, 32) ?? [])]).toEqual([1, ...Array(15).fill(0)]);
  });

  it("is the same for the same seed and epoch, with one worker or three, decoded afresh or from memory", async () => {
    const dataSet = await dataOf(squares(13));
    const first = await training(dataSet, lively, 3, one);
    expect(cacheOf(dataSet, [imageOf(1), classes]).bytes).toBe(13 * 16 * 3); // 1 byte a sample and 2 a class
    expect(await training(dataSet, lively, 3, three)).toEqual(first);
    expect(await training({ ...dataSet }, lively, 3, three)).toEqual(first);
  });

  it("is another for another epoch or seed", async () => {
    const dataSet = await dataOf(squares(13));
    const first = await training(dataSet, lively, 0);
    expect(await training(dataSet, lively, 1)).not.toEqual(first);
    expect(await training(dataSet, lively, 0, three, 8)).not.toEqual(first);
  });

  it("puts images of different size into different batches, unless all are cropped", async () => {
    const dataSet = await dataOf([...squares(5), [4, 6], [4, 6], [8, 4]]);
    const batches = await training(dataSet);
    const shapes = batches.map(shapeOf).sort();
    expect(shapes).toEqual(["1×8×4×1", "2×4×6×1", "5×4×4×1"]);
    const cropped = await training(dataSet, [{ kind: "crop", size: [4, 4] }]);
    expect(cropped.map(shapeOf)).toEqual(["4×4×4×1", "4×4×4×1"]);
  });

  it("turns the oblong images of a batch into one size", async () => {
    const dataSet = await dataOf(Array.from({ length: 8 }, () => [4, 6] as const));
    const shapes = new Set<string>();
    for (let epoch = 0; epoch < 6; epoch++) {
      for (const batch of await training(dataSet, [{ kind: "rotate", degrees: 90, probability: 1 }], epoch)) {
        shapes.add(shapeOf(batch));
      }
    }
    expect([...shapes].sort()).toEqual(["4×4×6×1", "4×6×4×1"]);
  });

  it("names the file that cannot be used", async () => {
    const dataSet = await dataOf(squares(3));
    const damaged = await folder.bytes("damaged.png", new Uint8Array([0x89, 0x50, 0x4e, 0x47]));
    const other = await pairOf(9, 5, 5);
    const label = await folder.grey("strange.png", [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 9, 0],
    ]);
    const [first, ...rest] = dataSet.training;
    const withFirst = (change: Partial<Pair>) => {
      if (first === undefined) throw new Error("there are three");
      return training({ ...dataSet, training: [{ ...first, ...change }, ...rest] }, [
        { kind: "crop", size: [4, 4] },
      ]);
    };
    await expect(withFirst({ image: damaged })).rejects.toThrow(UserError);
    await expect(withFirst({ image: damaged })).rejects.toThrow(
      /damaged\.png is not an image in a supported format/,
    );
    await expect(withFirst({ label: other.label })).rejects.toThrow(
      /label\/9\.png has 5×5 pixels, its image .* 4×4/,
    );
    await expect(withFirst({ label })).rejects.toThrow(
      /strange\.png contains values that belong to no class: 9/,
    );
    expect((await training(dataSet)).length).toBe(1); // the workers live on
  });

  it("begins past the batches that a resumed run has taken, and counts those of an epoch", async () => {
    const dataSet = await dataOf([...squares(9), [4, 6], [8, 4]]);
    const augment = uncropped;
    const whole = await training(dataSet, augment, 2);
    const options = { ...common, augment, seed: 7, epoch: 2, pool: three };
    expect(await all(trainingBatches(dataSet, { ...options, skip: 2 }))).toEqual(whole.slice(2));
    expect(await countTrainingBatches(dataSet, options)).toBe(whole.length);
  });

  it("can be left before its end", async () => {
    const dataSet = await dataOf(squares(12));
    for await (const batch of trainingBatches(dataSet, {
      ...common,
      augment: lively,
      seed: 1,
      epoch: 0,
      pool: one,
    })) {
      expect(batch.names).toHaveLength(4);
      break;
    }
    expect(await training(dataSet)).toHaveLength(3);
  });
});

describe("validationBatches", () => {
  it("gives every pair as it is, in order", async () => {
    const dataSet = await dataOf(squares(5));
    const batches = await all(validationBatches(dataSet, { ...common, pool: three }));
    expect(batches.map(({ names }) => names)).toEqual([["0", "1", "2", "3"], ["4"]]);
    expect([...imagesOf(batches[1]).data].map(Math.round)).toEqual([100, ...Array(15).fill(4)]);
  });
});

const plan = (items: readonly string[], batch: number, lastBatch: LastBatch) =>
  planBatches(items, batch, (item) => item.charAt(0), lastBatch);

describe("planBatches", () => {
  it("gives full batches as they fill and the partial ones in the order of their first item", () => {
    expect(plan(["a1", "b1", "a2", "c1", "b2", "b3"], 2, "keep")).toEqual([
      ["a1", "a2"],
      ["b1", "b2"],
      ["c1"],
      ["b3"],
    ]);
  });

  it("lets a single last item join the batch before it of its kind; several, and one without such a batch, stay", () => {
    const items = ["a1", "b1", "a2", "c1", "b2", "a3", "a4", "b3"];
    expect(plan(items, 2, "join")).toEqual([["a1", "a2"], ["b1", "b2", "b3"], ["a3", "a4"], ["c1"]]);
    expect(plan(["a1", "a2", "a3", "a4", "a5"], 3, "join")).toEqual([
      ["a1", "a2", "a3"],
      ["a4", "a5"],
    ]);
    expect(plan(["a1", "a2"], 1, "join")).toEqual([["a1"], ["a2"]]);
  });

  it("leaves out what fills no batch where it is to be dropped", () => {
    expect(plan(["a1", "b1", "a2", "c1", "b2", "b3"], 2, "drop")).toEqual([
      ["a1", "a2"],
      ["b1", "b2"],
    ]);
  });

  it("makes batches of the sizes that are foretold", () => {
    expect([9, 10, 11, 4, 1].map((count) => batchSizes(count, 4, "join"))).toEqual([
      [4, 5],
      [4, 2],
      [4, 3],
      [4],
      [1],
    ]);
    expect(batchSizes(9, 4, "keep")).toEqual([4, 1]);
    expect(batchSizes(3, 4, "drop")).toEqual([]);
  });
});

describe("the sample cache", () => {
  it("takes no more than its bound", async () => {
    const cache = new SampleCache(100);
    const sample = {
      height: 4,
      width: 4,
      layers: new Map([
        ["image", { channels: 1, fullScale: 255, values: new Uint8Array(16) }],
        ["classes", { channels: 1, fullScale: 1, values: new Int16Array(16) }],
      ]),
    };
    const pairs = await Promise.all([0, 1, 2].map((i) => pairOf(i)));
    for (const pair of pairs) cache.put(pair, sample);
    expect(cache.bytes).toBe(96);
    expect(pairs.map((pair) => cache.get(pair) !== undefined)).toEqual([true, true, false]);
  });
});
