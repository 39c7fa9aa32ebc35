/** The data of emitted packages for PyTorch: the same pairs, batches and values as the runtime's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../compiler/compile.ts";
import { identifier } from "../../compiler/targets/pytorch/names.ts";
import type { MapBatch } from "../../runtime/arrays.ts";
import { trainingBatches, validationBatches } from "../../runtime/data/batches.ts";
import type { Batch, DataSet } from "../../runtime/data/data-set.ts";
import { DecodePool } from "../../runtime/data/decode-pool.ts";
import { measureNormalisation } from "../../runtime/data/measure-normalisation.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import {
  imageScale,
  inputPlans,
  layerPlans,
  outputPlans,
  targetPlans,
} from "../../runtime/training/output-plans.ts";
import { trainedBatch } from "../../runtime/training/trained-batch.ts";
import { hasTorch } from "../../tools/verify/targets/pytorch-driver.ts";
import { compileText } from "../support/compile-source.ts";
import { type PythonArray, runScript, writePackage } from "../support/python-package.ts";

const torch = await hasTorch();
const noTorch = "python3-torch is not installed";

let folder: string;
const pool = new DecodePool(1);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-pytorch-data-"));
  await writeSyntheticScenes(join(folder, "scenes"), { count: 10, size: [36, 44], seed: 3 });
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

const scenes = `data folder("scenes", images = "images/train/*.png", labels = "labels/train/*.png",
    validate_images = "images/val/*.png", validate_labels = "labels/val/*.png")`;

function segmenting(train: string, body = "conv(4, 3x3)"): CompiledNetwork {
  return compiled(`network N(classes = 4) {
    input image [3, H, W]
    ${body}
    output labels by softmax
  }
  train N {
    ${train}
  }`);
}

function compiled(text: string): CompiledNetwork {
  const { networks, diagnostics } = compileText(text);
  const [network] = networks;
  if (network === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return network;
}

async function openedData({ graph, train }: CompiledNetwork): Promise<DataSet> {
  if (train === undefined) throw new Error("the network is not trained");
  const layers = layerPlans(graph, train);
  return openDataSet(train.data, train.masks, { baseDirectory: folder, layers });
}

/** The batches of an epoch, or of the validation. */
async function runtimeBatches(network: CompiledNetwork, epoch: number | undefined): Promise<Batch[]> {
  const { graph, train } = network;
  if (train === undefined) throw new Error("the network is not trained");
  const data = await openedData(network);
  const inputs = await Promise.all(
    inputPlans(graph, train).map(async (plan) => ({
      ...plan,
      normalisation: await measureNormalisation(data, plan.layer),
    })),
  );
  const targets = targetPlans(outputPlans(graph, train));
  const { batch, augment, seed, lastBatch } = train;
  const common = { batch, inputs, targets, pool };
  const made =
    epoch === undefined
      ? validationBatches(data, common)
      : trainingBatches(data, { ...common, augment, seed, lastBatch, epoch });
  const batches: Batch[] = [];
  for await (const one of made) batches.push(one);
  return batches;
}

/** By batch and name: "0 image". */
async function packageBatches(network: CompiledNetwork, epoch: number | undefined) {
  const name = await writePackage(network, folder);
  return runScript(
    folder,
    `from ${name}.data import Samples, batches, collate
samples = Samples(${epoch === undefined ? '"validate"' : '"train", augment=True'})
for number, keys in enumerate(batches(samples, ${network.train?.batch}, ${epoch ?? 0}, ${
      epoch === undefined ? '"keep"' : `"${network.train?.lastBatch}"`
    })):
    inputs, targets = collate([samples[key] for key in keys])
    for name, tensor in {**inputs, **targets}.items():
        write(f"{number} {name}", tensor)
`,
  );
}

interface Apart {
  /** The largest difference of two values. */
  readonly inputs: number;
  readonly targets: number;
}

async function compare(network: CompiledNetwork, epoch: number | undefined): Promise<Apart> {
  const expected = await runtimeBatches(network, epoch);
  const found = await packageBatches(network, epoch);
  expect(expected.length).toBeGreaterThan(0);
  let [inputs, targets] = [0, 0];
  for (const [number, batch] of expected.entries()) {
    const { graph, train } = network;
    if (train === undefined) throw new Error("the network is not trained");
    const trained = trainedBatch(graph, outputPlans(graph, train), imageScale(graph, train), batch);
    for (const [name, map] of trained.inputs)
      inputs = Math.max(inputs, apart(planes(map), found.get(`${number} ${identifier(name)}`)));
    for (const [name, target] of trained.targets) {
      const made = found.get(`${number} ${identifier(name)}`);
      if (target.kind === "labels") targets = Math.max(targets, apart(target, made));
      else {
        const { shape, valid } = target;
        const data = target.data.map((value, i) =>
          valid[Math.floor(i / shape[3])] === 0 ? Number.NaN : value,
        );
        targets = Math.max(targets, apart(planes({ shape, data }), made));
      }
    }
  }
  expect(found.has(`${expected.length} image`)).toBe(false);
  return { inputs, targets };
}

/** NaN equals NaN. */
function apart(
  expected: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  found: PythonArray | undefined,
): number {
  expect(found?.shape).toEqual(expected.shape);
  let most = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [one, other] = [expected.data[i] ?? 0, found?.data[i] ?? 0];
    if (Number.isNaN(one) && Number.isNaN(other)) continue;
    const difference = Math.abs(one - other);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

function planes({ shape: [images, height, width, channels], data }: MapBatch) {
  const positions = height * width;
  const values = Float64Array.from({ length: data.length }, (_, i) => {
    const image = Math.floor(i / (channels * positions));
    const channel = Math.floor(i / positions) % channels;
    return data[(image * positions + (i % positions)) * channels + channel] ?? 0;
  });
  return { shape: [images, channels, height, width], data: values };
}

/** Normalised float32 values of a few units, whose mean and deviation were summed in another order. */
const rounding = 2e-6;

describe("samples without augmentation are the runtime's", () => {
  it("labels, in the order of the files", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const { inputs, targets } = await compare(segmenting(`${scenes}\n batch 3`), undefined);
    expect(inputs).toBeLessThan(rounding);
    expect(targets).toBe(0);
  }, 60_000);
});

describe("augmented samples are the runtime's, drawn from the same stream of random numbers", () => {
  const cases: Readonly<Record<string, string>> = {
    "flips, quarter turns of whole batches, an order": "augment flip, flip_vertical, rotate(90)",
    "a rotation, a scale, a crop": "augment rotate(20), scale(0.7 .. 1.3), crop(24, 28)",
    "a shift, a shear, windows of rare classes": "augment shift(4), shear(10), crop(24, rare = 50%)",
    "a perspective, an elastic deformation, a blur": "augment perspective(10%), elastic(3), blur(0.5 .. 1.5)",
    "tones, hues, rectangles":
      "augment brightness(0.2), contrast(0.3), gamma(0.7 .. 1.4), hue(30), saturation(0.3), cutout(8, count = 2, probability = 0.5)",
  };
  for (const [title, augment] of Object.entries(cases))
    it(title, async ({ skip }) => {
      if (!torch) skip(noTorch);
      const { inputs, targets } = await compare(segmenting(`${scenes}\n${augment}\n batch 3`), 2);
      expect(inputs).toBeLessThan(rounding);
      expect(targets).toBe(0);
    }, 60_000);

  it("targets of every kind, turned and enlarged with their images", async ({ skip }) => {
    if (!torch) skip(noTorch);
    const network = compiled(`network M {
      input image [3, H, W]
      conv(4, 3x3) as x
      conv(1, 1x1) output edges by sigmoid
      from x conv(1, 1x1) output depth
      from x conv(3, 1x1) output normals
      from x conv(3, 1x1) output picture
      from x conv(2, 1x1) output colours
    }
    train M {
      data folder("scenes", images = "images/train/*.png", validate_images = "images/val/*.png")
      targets edges = boundaries("boundaries/train/*.png", validate = "boundaries/val/*.png"),
        depth = depth("depth/train/*.png", validate = "depth/val/*.png", unit = 1/1000, log),
        normals = normals("normals/train/*.png", validate = "normals/val/*.png"), picture = image, colours = chroma
      augment flip, rotate(20), scale(0.8 .. 1.2), crop(24, 28), brightness(0.2)
      batch 3
    }`);
    const { inputs, targets } = await compare(network, 1);
    expect(inputs).toBeLessThan(rounding);
    expect(targets).toBeLessThan(rounding);
  }, 60_000);
});
