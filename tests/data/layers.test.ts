import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labOf, rgbOfLab } from "../../compiler/colour/lab.ts";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { augmentLayer } from "../../runtime/data/augment/apply.ts";
import type { ValueChange } from "../../runtime/data/augment/value-changes.ts";
import { trainingBatches, validationBatches } from "../../runtime/data/batches.ts";
import { checkData } from "../../runtime/data/check.ts";
import { addNoise, shrinkSamples } from "../../runtime/data/input-plan.ts";
import type { LayerPlan, LayerSource } from "../../runtime/data/layers/layer.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import type { Sample } from "../../runtime/data/sample.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { layerOfTarget } from "../../runtime/targets/registry.ts";
import { type Geometry, mapOf, still } from "./geometry.ts";
import { inputOf, layerIn } from "./plans.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fcn-layers-"));
  await writeSyntheticScenes(join(folder, "scenes"), { count: 5, size: [20, 24], seed: 1 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function png(name: string, channels: number, data: Uint8Array | Uint16Array) {
  const file = join(folder, name);
  const fullScale = data instanceof Uint16Array ? 65535 : 255;
  await writePng(file, { width: data.length / channels, height: 1, channels, fullScale, data });
  return file;
}

describe("a layer's file", () => {
  it("of depth is its levels times the unit, without those that are missing, or the logarithm", async () => {
    const file = await png("depth.png", 1, Uint16Array.of(0, 1000, 65535));
    const depth = { kind: "depth", unit: 0.5, missing: 65535, log: false } as const;
    expect([...(await layerIn(file, depth)).values]).toEqual([Number.NaN, 500, Number.NaN]);
    const [, log] = (await layerIn(file, { ...depth, log: true })).values;
    expect(log).toBeCloseTo(Math.log(500), 6);
    const colour = await png("colour.png", 3, new Uint8Array(3));
    await expect(layerIn(colour, depth)).rejects.toThrow(
      "colour.png is a colour image, and depth is read from grey",
    );
  });

  it("of normals is unit vectors, and nothing where it is black or grey", async () => {
    const file = await png("normals.png", 3, Uint8Array.of(255, 128, 128, 0, 0, 0, 127, 128, 127));
    const { values } = await layerIn(file, { kind: "normals" });
    expect(Math.hypot(values[0] ?? 0, values[1] ?? 0, values[2] ?? 0)).toBeCloseTo(1, 6);
    expect(values[0]).toBeGreaterThan(0.999);
    expect([...values.slice(3)].every(Number.isNaN)).toBe(true);
  });

  it("of boundaries is 1 from half of white on", async () => {
    const file = await png("edges.png", 1, Uint8Array.of(0, 127, 128, 255));
    expect([...(await layerIn(file, { kind: "boundaries" })).values]).toEqual([0, 0, 1, 1]);
  });

  it("of chroma is a* and b* of CIELAB in hundreds", async () => {
    const file = await png("red.png", 3, Uint8Array.of(255, 0, 0, 90, 90, 90));
    const { values } = await layerIn(file, { kind: "chroma" });
    // sRGB red is L* 53.24, a* 80.09, b* 67.20 (CIE 15 with the sRGB primaries and D65)
    expect(values[0]).toBeCloseTo(0.8009, 3);
    expect(values[1]).toBeCloseTo(0.672, 3);
    expect(Math.abs(values[2] ?? 1)).toBeLessThan(1e-4);
  });
});

it("CIELAB comes back as the colour it was", () => {
  for (const colour of [
    [0, 0, 0],
    [1, 1, 1],
    [0.2, 0.5, 0.9],
    [0.01, 0.02, 0.005],
  ] as const) {
    const back = rgbOfLab(labOf(colour[0], colour[1], colour[2]));
    for (const [c, value] of colour.entries()) expect(back[c]).toBeCloseTo(value, 5); // the two matrices have seven digits
  }
});

/** A sample of 2×3 pixels with one layer. */
function sampleOf(values: number[], channels: number): Sample {
  return {
    height: 2,
    width: 3,
    layers: new Map([["layer", { channels, fullScale: 1, values: Float32Array.from(values) }]]),
  };
}

function augmented(sample: Sample, source: LayerSource, geometry: Partial<Geometry>): number[] {
  const whole = { ...still, ...geometry };
  const plan: LayerPlan = { key: "layer", source, from: { files: "*", validation: undefined } };
  const channels = sample.layers?.get("layer")?.channels ?? 0;
  const target = new Float32Array(whole.height * whole.width * channels);
  const map = mapOf([sample.height, sample.width], whole);
  const half: ValueChange = ({ samples }) => samples.set(samples.map((value) => value / 2));
  const values = [{ tone: true, change: half }];
  augmentLayer(sample, plan, { map, values }, "target", new Random(1), target);
  return [...target].map((value) => Math.round(1e5 * value) / 1e5 + 0); // + 0: no negative zero
}

describe("an augmentation", () => {
  const depth = { kind: "depth", unit: 1, missing: 0, log: false } as const;
  const normals = { kind: "normals" } as const;
  /** The first pixel of six looks right and up; the others at the viewer. */
  const looking = [0.6, 0.64, 0.48, ...Array.from({ length: 5 }, () => [0, 0, 1]).flat()];

  it("mirrors depth and normals, and turns the x of normals round", () => {
    expect(augmented(sampleOf([1, 2, 3, 4, 5, 6], 1), depth, { flip: true })).toEqual([3, 2, 1, 6, 5, 4]);
    expect(augmented(sampleOf(looking, 3), normals, { flip: true }).slice(6, 9)).toEqual([-0.6, 0.64, 0.48]);
    expect(augmented(sampleOf(looking, 3), normals, { flipVertical: true }).slice(9, 12)).toEqual([
      0.6, -0.64, 0.48,
    ]);
  });

  it("turns normals with the picture", () => {
    // a quarter turn counter-clockwise takes the first pixel to the lower left, right to up and up to left
    const turned = augmented(sampleOf(looking, 3), normals, { quarterTurns: 1, height: 3, width: 2 });
    expect(turned.slice(12, 15)).toEqual([-0.64, 0.6, 0.48]);
    const angle = augmented(sampleOf(Array.from({ length: 6 }, () => [1, 0, 0]).flat(), 3), normals, {
      angle: Math.PI / 6,
    });
    expect(angle.slice(3, 6)).toEqual([0.86603, 0.5, 0]);
  });

  it("divides depth by the enlargement, and leaves normals as long as they are", () => {
    expect(augmented(sampleOf([4, 4, 4, 4, 4, 4], 1), depth, { scale: 2 })).toEqual([2, 2, 2, 2, 2, 2]);
    const log = augmented(sampleOf([1, 1, 1, 1, 1, 1], 1), { ...depth, log: true }, { scale: 2 });
    expect(log[0]).toBeCloseTo(1 - Math.LN2, 5);
    expect(augmented(sampleOf(looking, 3), normals, { scale: 2 }).slice(0, 3)).toEqual([0.6, 0.64, 0.48]);
  });

  it("knows nothing outside the picture, and mirrors images there", () => {
    const sample = sampleOf([1, 2, 3, 4, 5, 6], 1);
    expect(augmented(sample, depth, { left: -1 }).slice(0, 3)).toEqual([Number.NaN, 1, 2]);
    expect(augmented(sample, { kind: "image", channels: 1 }, { left: -1 }).slice(0, 3)).toEqual([1, 1, 2]);
  });

  it("changes the light of an image that is the input's own, and of no other", () => {
    const sample = sampleOf([0.2, 0.4, 0.6, 0.2, 0.4, 0.6], 1);
    expect(augmented(sample, { kind: "image", channels: 1 }, {})[1]).toBe(0.4);
    const own: LayerPlan = { key: "layer", source: { kind: "image", channels: 1 }, from: "images" };
    const target = new Float32Array(6);
    const half: ValueChange = ({ samples }) => samples.set(samples.map((value) => value / 2));
    const drawn = (tone: boolean) => ({ map: mapOf([2, 3], still), values: [{ tone, change: half }] });
    augmentLayer(sample, own, drawn(true), "target", new Random(1), target);
    expect(target[2]).toBeCloseTo(0.3, 6);
    // noise and blur are for inputs only
    augmentLayer(sample, own, drawn(false), "target", new Random(1), target);
    expect(target[2]).toBeCloseTo(0.6, 6);
    augmentLayer(sample, own, drawn(false), "input", new Random(1), target);
    expect(target[2]).toBeCloseTo(0.3, 6);
  });
});

describe("an input", () => {
  it("is the mean of squares where it is shrunk, what is left over unseen", () => {
    const target = new Float32Array(1);
    shrinkSamples(Float32Array.of(1, 2, 9, 3, 6, 9, 9, 9, 9), [3, 3, 1], 2, target);
    expect([...target]).toEqual([3]);
  });

  it("has noise of the deviation asked for", () => {
    const samples = new Float32Array(20_000);
    addNoise(samples, 0.1, new Random(1));
    const square = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    expect(Math.abs(Math.sqrt(square) - 0.1)).toBeLessThan(0.002); // four deviations of its estimate
  });
});

describe("batches of scenes", () => {
  const from = (name: string) => ({ files: `${name}/train/*.png`, validation: `${name}/val/*.png` });
  const depth = { kind: "depth", from: from("depth"), unit: 1 / 20000, missing: 0, log: false } as const;
  const plans = [
    layerOfTarget(depth, 1),
    layerOfTarget({ kind: "normals", from: from("normals") }, 3),
    layerOfTarget({ kind: "image", from: undefined }, 3),
  ];
  const targets = plans.map((layer, i) => ({ output: `output ${i}`, layer }));
  const data = {
    kind: "folder",
    path: "scenes",
    images: "images/train/*.png",
    labels: undefined,
    objects: false,
    validation: { kind: "globs", images: "images/val/*.png", labels: undefined },
  } as const;
  const masks = { values: undefined, ignore: [], classes: [] };
  const open = (layers: readonly LayerPlan[]) => openDataSet(data, masks, { baseDirectory: folder, layers });
  const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] };

  it("carry every layer at the images' size, the input shrunk and noisy beside its clean self", async () => {
    const scenes = await open(plans);
    expect(await checkData(scenes, { channels: 3 })).toMatchObject({ problems: [], images: 5 });
    const inputs = [inputOf(3, plain, { shrink: 2, noise: 0.1 })];
    for await (const batch of validationBatches(scenes, { batch: 2, inputs, targets })) {
      const input = batch.inputs.get("image")?.data ?? new Float32Array();
      expect(batch.inputs.get("image")?.shape).toEqual([1, 10, 12, 3]);
      const [depths, normals, images] = targets.map(({ output }) => batch.targets.get(output));
      expect(depths?.shape).toEqual([1, 20, 24, 1]);
      expect(normals?.shape).toEqual([1, 20, 24, 3]);
      expect([...(depths?.data ?? [])].every((value) => value > 1 && value < 3)).toBe(true);
      const clean = new Float32Array(10 * 12 * 3);
      shrinkSamples(Float32Array.from(images?.data ?? []), [20, 24, 3], 2, clean);
      const noise = input.map((value, i) => value - (clean[i] ?? 0));
      const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
      expect(Math.abs(deviation - 0.1)).toBeLessThan(0.015); // four deviations of its estimate from 360 values
    }
  });

  it("turn image and targets alike: a target that is the image is the input", async () => {
    const scenes = await open(plans);
    const augment: readonly AugmentationConfiguration[] = [
      { kind: "flip", probability: 0.5 },
      { kind: "rotate", degrees: 20, probability: 1 },
      { kind: "scale", factors: [0.8, 1.3], probability: 1 },
      { kind: "crop", size: [16, 16] },
      { kind: "brightness", change: 0.3, probability: 1 },
    ];
    for await (const batch of trainingBatches(scenes, {
      batch: 2,
      inputs: [inputOf(3, plain)],
      targets,
      augment,
      seed: 3,
      epoch: 0,
    })) {
      const input = batch.inputs.get("image")?.data ?? new Float32Array();
      const target = batch.targets.get("output 2")?.data ?? new Float32Array();
      expect(target.length).toBe(input.length);
      const most = input.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (target[i] ?? 9))), 0);
      expect(most).toBeLessThan(1e-6); // rounding of 8-bit samples to 0 … 1 before or after the mean
    }
  });

  it("need a file of every layer for every image, and say which lack one", async () => {
    const one = { files: "depth/train/*1.png", validation: "depth/val/*.png" };
    await expect(open([layerOfTarget({ ...depth, from: one }, 1)])).rejects.toThrow("images have no target");
  });

  it("with a layer of another size or without anything known are found before the first step", async () => {
    const small = await png("small.png", 1, Uint16Array.of(0, 0));
    const scenes = await open(plans.slice(0, 1));
    const [first, ...rest] = scenes.training;
    if (first === undefined) throw new Error("no scene");
    const key = plans[0]?.key ?? "";
    const changed = { ...scenes, training: [{ ...first, layers: { [key]: small } }, ...rest] };
    const { problems } = await checkData(changed, { channels: 3 });
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ["data/size-differs", "error"],
      ["data/nothing-known", "warning"],
    ]);
  });
});
