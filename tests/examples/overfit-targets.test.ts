import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDataSet } from "../../runtime/data/open.ts";
import { writeSyntheticScenes } from "../../runtime/data/synthetic/write-scenes.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { evaluate } from "../../runtime/training/evaluate.ts";
import { layerPlans } from "../../runtime/training/output-plans.ts";
import { holdRunFolder } from "../../runtime/training/run-folder.ts";
import { train } from "../../runtime/training/train.ts";
import type { Validation } from "../../runtime/training/validate.ts";
import { readWeights } from "../../runtime/training/weights-file.ts";
import { weightsOf } from "../../runtime/weights/weight-name.ts";
import { compileExample } from "../support/compile-source.ts";
import { short } from "../support/short.ts";
import { ownTargets } from "./own-targets.ts";

let folder: string;
/** The examples that a test trained. */
const learned = new Set<string>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fcn-overfit-"));
  for (const size of [16, 32, 64]) {
    const data = join(folder, String(size), "data");
    const options = { count: 5, size: [size, size], seed: 2 } as const;
    await writeSyntheticScenes(join(data, "scenes"), options);
    await writeSyntheticScenes(join(data, "pairs"), { ...options, changes: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Recipe {
  readonly size: 16 | 32 | 64;
  readonly steps: number;
  readonly rate: number;
  /**
   * Steps of an epoch; after each the weights are written, which takes longer than a step of networks this small. With one the
   * whole batch is the four scenes, with more each batch is four draws of them.
   */
  readonly epoch: 1 | 10;
}

/** Trains an example by its own train section on four scenes, four a step, and measures it on the same four. */
async function overfit(
  example: (typeof ownTargets)[number],
  settings: Readonly<Record<string, string>>,
  { size, steps, rate, epoch }: Recipe,
): Promise<Validation> {
  learned.add(example);
  const network = compileExample(example, settings);
  if (network.train === undefined) throw new Error(`${example} has no train section`);
  const { optimizer, keep } = network.train;
  const configuration = {
    ...network.train,
    augment: [],
    optimizer: { ...optimizer, learningRate: rate },
    schedule: [{ kind: "constant" }],
    epochs: steps / epoch,
    batch: 4,
    keep: { ...keep, best: "loss" },
  } as const;
  const scenes = await openDataSet(configuration.data, configuration.masks, {
    baseDirectory: join(folder, String(size)),
    layers: layerPlans(network.graph, configuration),
  });
  // without validation scenes the best epoch is that of the least training loss, and no time goes into measuring others
  expect(scenes.training).toHaveLength(4);
  const training = Array.from({ length: epoch }, () => scenes.training).flat();
  const data = { ...scenes, training, validation: [] };
  const engine = await loadEngine("native");
  const out = await holdRunFolder(join(folder, example), "new");
  const run = { source: "0".repeat(64), version: "0.0.0" } as const;
  await train(network, { configuration, data, engine, folder: out, ...run });
  await out.release();
  const trained = await readWeights(out.weights);
  const measured = { ...data, validation: scenes.training };
  return evaluate(network.graph, { data: measured, engine, trained: [trained], configuration });
}

// Each bound lies a tenth or more of the way back from what was reached when the test was written, and far from what a network
// gets that has learned nothing, which is said beside it.
describe("four synthetic scenes are learned by heart", () => {
  it("by HED: the fused boundaries, within a pixel", async () => {
    // With a border of 1 in place of 35 the test is ten times as fast; on multiples of 16 every crop still exists.
    const settings = { width: "8", border: "1" };
    const { outputs } = await overfit("hed.fcn", settings, { size: 32, steps: 60, rate: 5e-3, epoch: 10 });
    expect(outputs.fused?.ods).toBeGreaterThan(0.85); // all boundary: below 0.6
    expect(Object.keys(outputs)).toEqual(["side1", "side2", "side3", "side4", "side5", "fused"]);
  }, 60_000);

  it("by the network of three tasks: labels, depth and normals at once", async () => {
    const { outputs, losses, loss } = await overfit(
      "eigen-multitask.fcn",
      { width: "8" },
      { size: 32, steps: 60, rate: 1e-2, epoch: 10 },
    );
    expect(outputs.labels?.mean_iou).toBeGreaterThan(0.9); // one class everywhere: below 0.25
    expect(outputs.depth?.rel).toBeLessThan(0.12); // 1 where depth is nothing like it
    expect(outputs.normals?.mean_angle).toBeLessThan(17); // degrees; 90 at random
    expect((losses.labels ?? 0) + (losses.depth ?? 0) + (losses.normals ?? 0)).toBeCloseTo(loss ?? 0, 9);
  }, 60_000);

  it.skipIf(short)(
    "by the denoising autoencoder: less noise than it is given",
    async () => {
      const settings = { width: "16" };
      const { outputs } = await overfit("denoising-autoencoder.fcn", settings, {
        size: 16,
        steps: 250,
        rate: 1e-2,
        epoch: 1,
      });
      expect(outputs.clean?.psnr).toBeGreaterThan(24); // dB; the noise of 0.1 is 20
    },
    60_000,
  );

  it.skipIf(short)(
    "by retouching: the spots go, the picture stays",
    async () => {
      const settings = { width: "16", blocks: "2" };
      const { outputs } = await overfit("retouching.fcn", settings, {
        size: 16,
        steps: 500,
        rate: 1e-2,
        epoch: 10,
      });
      expect(outputs.retouched?.psnr).toBeGreaterThan(28); // dB; left as it is: 25.5
    },
    180_000,
  );

  it.skipIf(short)(
    "by super-resolution: nearer than repeated pixels",
    async () => {
      const settings = { width: "64" };
      const { outputs } = await overfit("super-resolution.fcn", settings, {
        size: 16,
        steps: 500,
        rate: 3e-3,
        epoch: 10,
      });
      expect(outputs.large?.psnr).toBeGreaterThan(21.5); // dB; each pixel repeated: 20.2
    },
    60_000,
  );

  it.skipIf(short)(
    "by colourisation: the colours of these four",
    async () => {
      const settings = { width: "12" };
      const { outputs } = await overfit("colourisation.fcn", settings, {
        size: 16,
        steps: 80,
        rate: 1e-2,
        epoch: 1,
      });
      expect(outputs.colours?.mae).toBeLessThan(0.08); // grey: 0.134
    },
    60_000,
  );

  it.skipIf(short)(
    "by colours with a vector of the whole scene in every cell",
    async () => {
      // the copy for the scene's features of 64 pixels in place of 224
      const settings = { width: "8", side: "64" };
      const { outputs } = await overfit("iizuka-colourisation.fcn", settings, {
        size: 32,
        steps: 100,
        rate: 1e-2,
        epoch: 10,
      });
      expect(outputs.colours?.mae).toBeLessThan(0.115); // grey: 0.132
      // the four scenes show most of two kinds
      expect(outputs.kind?.image_accuracy).toBe(1);
    },
    120_000,
  );

  it.skipIf(short)(
    "by colours chosen among 313 bins: livelier than grey",
    async () => {
      const settings = { width: "4" };
      const { outputs, loss } = await overfit("zhang-colourisation.fcn", settings, {
        size: 16,
        steps: 80,
        rate: 1e-2,
        epoch: 1,
      });
      expect(loss).toBeLessThan(2.2); // every bin alike: ln 313 = 5.7; the codes have an entropy of their own, about 1.2
      expect(outputs.colours?.mae).toBeLessThan(0.1); // grey: 0.134
      expect(outputs.colours?.auc).toBeGreaterThan(0.89); // grey: 0.86
    },
    120_000,
  );

  it.skipIf(short)(
    "by the outputs of every resolution of a decoder",
    async () => {
      const recipe = { size: 32, steps: 120, rate: 5e-3, epoch: 10 } as const;
      const { outputs } = await overfit("deep-supervision.fcn", { width: "8" }, recipe);
      expect(outputs.labels?.mean_iou).toBeGreaterThan(0.9); // one class everywhere: below 0.25
      for (const i of [1, 2, 3]) expect(outputs[`side[${i}]`]?.mean_iou).toBeGreaterThan(0.5);
    },
    60_000,
  );

  it.skipIf(short)(
    "by UNet++: each of its outputs",
    async () => {
      const settings = { width: "8", rate: "0" };
      const recipe = { size: 32, steps: 120, rate: 5e-3, epoch: 10 } as const;
      const { outputs } = await overfit("u-net-plus-plus.fcn", settings, recipe);
      for (const j of [1, 2, 3, 4]) expect(outputs[`labels[${j}]`]?.mean_iou).toBeGreaterThan(0.8);
    },
    60_000,
  );

  it.skipIf(short)(
    "by the panoptic network: classes, centres and offsets of the objects",
    async () => {
      const settings = { width: "4", pyramid: "32", branch: "32", groups: "4" };
      const recipe = { size: 64, steps: 300, rate: 5e-3, epoch: 10 } as const;
      const { outputs } = await overfit("panoptic-fpn.fcn", settings, recipe);
      expect(outputs.semantic?.mean_iou).toBeGreaterThan(0.7); // one class everywhere: below 0.25
      expect(outputs.centre?.centre_f1).toBeGreaterThan(0.7); // 0 without a centre
      expect(outputs.offset?.endpoint_error).toBeLessThan(6); // pixels; offsets of 0: about 10, two thirds of a radius
    },
    120_000,
  );

  it.skipIf(short)(
    "by the Siamese network: what changed",
    async () => {
      const settings = { width: "4", rate: "0" };
      const recipe = { size: 32, steps: 60, rate: 1e-2, epoch: 10 } as const;
      const { outputs } = await overfit("siamese-change.fcn", settings, recipe);
      expect(outputs.change?.mean_iou).toBeGreaterThan(0.85); // nothing changed: below 0.45
    },
    60_000,
  );

  it("by colour and depth together", async () => {
    const { outputs } = await overfit(
      "rgbd-fusion.fcn",
      { width: "8" },
      { size: 32, steps: 60, rate: 1e-2, epoch: 10 },
    );
    expect(outputs.labels?.mean_iou).toBeGreaterThan(0.95);
  }, 60_000);
});

it.skipIf(short)("every example with targets of its own was trained above", () => {
  expect([...learned].toSorted()).toEqual([...ownTargets]);
});

it("HED has the weights of VGG-16, a 1x1 convolution of each stage and one of the five maps", () => {
  const { graph } = compileExample("hed.fcn");
  const sizes = weightsOf(graph)
    .filter(({ specification }) => specification.trainable)
    .map(({ specification }) => specification.shape.reduce((product, extent) => product * extent, 1));
  // Simonyan & Zisserman 2015, configuration D without its dense layers: 14,714,688
  const sides = [64, 128, 256, 512, 512].map((channels) => channels + 1);
  const fused = 5 + 1;
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(14_714_688 + sides.reduce((a, b) => a + b) + fused);
});
