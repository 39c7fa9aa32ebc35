/** Every example whose target is labels alone, made narrow, learns four synthetic scenes by heart on the wasm engine. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene } from "../../runtime/data/synthetic/scene.ts";
import type { SolidKind } from "../../runtime/data/synthetic/solid.ts";
import type { LabelBatch, MapBatch } from "../../runtime/engines/engine.ts";
import { Random } from "../../runtime/random.ts";
import { packageRoot } from "../../tools/host/package-root.ts";
import { classesOf, target } from "../engines/batches.ts";
import { adam, openSession } from "../engines/sessions.ts";
import { compileExample } from "../support/compile-source.ts";
import { naiveExamples } from "./naive-examples.ts";
import { ownTargets } from "./own-targets.ts";

interface Narrow {
  readonly settings: Readonly<Record<string, string>>;
  /** Pixels of a side. */
  readonly size: number;
  readonly steps: number;
  /** Of Adam. */
  readonly rate: number;
  /**
   * Steps at the end that only follow the batch's statistics, after a rate that falls to zero: running statistics lag behind
   * large steps, most where normalisation sees few cells, as at the bottom of the deconvolution network.
   */
  readonly settling?: number;
  /** The first of these steps train a part, with settings and a rate of its own, whose weights the whole then takes over. */
  readonly part?: {
    readonly settings: Readonly<Record<string, string>>;
    readonly steps: number;
    readonly rate: number;
  };
  /** The mean IoU to reach. Predicting the ground everywhere gives less than 0.45. */
  readonly reaches: number;
}

/**
 * Widths and steps that take some seconds. What ends at 1/32 and is upsampled once gets larger scenes, so that its cells are
 * not coarse beside the discs; it reaches less all the same.
 */
const examples: Readonly<Record<string, Narrow>> = {
  "crf-rnn.fcn": {
    settings: { width: "2", iterations: "3" },
    size: 32,
    steps: 40,
    rate: 0.006,
    reaches: 0.8,
  },
  "deconvnet.fcn": {
    settings: { width: "3" },
    size: 224,
    steps: 54,
    rate: 0.03,
    settling: 14,
    reaches: 0.8,
  },
  "deeplab-largefov.fcn": { settings: { width: "8" }, size: 64, steps: 60, rate: 0.003, reaches: 0.8 },
  "deeplab-v2.fcn": { settings: { width: "2" }, size: 48, steps: 60, rate: 0.01, reaches: 0.8 },
  "deeplab-v3-plus.fcn": {
    settings: { width: "4" },
    size: 64,
    steps: 42,
    rate: 0.01,
    settling: 10,
    reaches: 0.85,
  },
  "deeplab-v3.fcn": {
    settings: { width: "4" },
    size: 65,
    steps: 42,
    rate: 0.01,
    settling: 10,
    reaches: 0.8,
  },
  "dilation8.fcn": {
    settings: { width: "4", mode: "edge" },
    size: 64,
    part: { settings: { context: "false" }, steps: 32, rate: 0.003 },
    steps: 40,
    rate: 0.0005,
    reaches: 0.75,
  },
  "fc-densenet.fcn": {
    settings: { width: "6", growth: "3", layers: "[2, 2, 2, 2, 2]", bottom: "2" },
    size: 64,
    steps: 40,
    rate: 0.02,
    reaches: 0.8,
  },
  "fcn-16s.fcn": { settings: { width: "3" }, size: 48, steps: 60, rate: 0.003, reaches: 0.8 },
  "fcn-32s.fcn": { settings: { width: "4" }, size: 128, steps: 45, rate: 0.002, reaches: 0.75 },
  "fcn-8s.fcn": { settings: { width: "2" }, size: 32, steps: 40, rate: 0.006, reaches: 0.8 },
  "fcn-alexnet.fcn": { settings: { width: "4" }, size: 128, steps: 45, rate: 0.003, reaches: 0.75 },
  "fully-connected-encoder-decoder.fcn": {
    settings: { width: "8", code: "128", size: "32" },
    size: 32,
    steps: 60,
    rate: 0.003,
    reaches: 0.9,
  },
  "hypercolumns.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.005, reaches: 0.8 },
  "pspnet.fcn": { settings: { width: "2" }, size: 33, steps: 55, rate: 0.01, reaches: 0.8 },
  "residual-u-net.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.01, reaches: 0.85 },
  "segnet-basic.fcn": { settings: { width: "4" }, size: 64, steps: 60, rate: 0.01, reaches: 0.85 },
  "segnet.fcn": { settings: { width: "4" }, size: 48, steps: 60, rate: 0.003, reaches: 0.85 },
  "u-net-batchnorm.fcn": {
    settings: { width: "4", depth: "3" },
    size: 49,
    steps: 40,
    rate: 0.01,
    reaches: 0.85,
  },
  "u-net.fcn": { settings: { width: "4" }, size: 64, steps: 60, rate: 0.01, reaches: 0.8 },
};

/** How `scenes` makes inputs of grey levels, in shares of full scale. */
function normalisation(channels: number) {
  const each = (value: number) => new Array<number>(channels).fill(value / 255);
  return { mean: each(128), deviation: each(64) };
}

/** Four scenes of discs on uneven ground, pixel values around zero; class 1 is the disc. */
function scenes(size: number, channels: number): { images: MapBatch; labels: LabelBatch } {
  const kinds: readonly SolidKind[] = ["disc"];
  const pixels = size * size;
  const images = new Float32Array(4 * pixels * channels);
  const labels = new Int32Array(4 * pixels);
  for (let n = 0; n < 4; n++) {
    const random = new Random(n, "overfit");
    const scene = renderScene(drawScene([size, size], kinds, random), random);
    labels.set(scene.labels, n * pixels);
    for (let i = 0; i < pixels; i++)
      for (let c = 0; c < channels; c++)
        images[(n * pixels + i) * channels + c] = (scene.image[3 * i + c] ?? 0) / 64 - 2;
  }
  return {
    images: { data: images, shape: [4, size, size, channels] },
    labels: { data: labels, shape: [4, size, size] },
  };
}

/** The mean over both classes of intersection over union. */
function meanIou(predicted: LabelBatch, labels: LabelBatch): number {
  const iou = [0, 1].map((wanted) => {
    let [both, either] = [0, 0];
    for (const [i, label] of labels.data.entries()) {
      const found = predicted.data[i] === wanted;
      if (found && label === wanted) both++;
      if (found || label === wanted) either++;
    }
    return both / either;
  });
  return iou.reduce((sum, value) => sum + value, 0) / iou.length;
}

it("has all examples in the table, but for those with targets of their own and those that label patches", () => {
  const files = readdirSync(join(packageRoot(), "examples")).filter((name) => name.endsWith(".fcn"));
  expect([...Object.keys(examples), ...ownTargets, ...naiveExamples].toSorted()).toEqual(files.toSorted());
});

/** Of a step, counted from 0. */
function rateAt(step: number, { steps, rate, settling }: Narrow): number {
  return settling === undefined ? rate : rate * Math.max(0, 1 - step / (steps - settling)) ** 0.9;
}

describe.each(Object.entries(examples))("%s", (name, narrow) => {
  const { settings, size, steps, rate, reaches, part } = narrow;
  it(`learns four scenes by heart in ${steps} steps`, { timeout: 180_000 }, async () => {
    const graphOf = (more: Readonly<Record<string, string>> = {}) =>
      compileExample(name, { classes: "2", ...settings, ...more }).graph;
    const graph = graphOf();
    const input = graph.nodes[graph.inputs[0] ?? 0];
    const { images, labels } = scenes(size, input?.map.channels ?? 0);
    const inputs = new Map([["image", images]]);
    const output = graph.outputs[0]?.name ?? "";
    const wanted = target(labels, output);
    const ground = { ...labels, data: new Int32Array(labels.data.length) };
    expect(meanIou(ground, labels)).toBeLessThan(0.45);
    const normalisations = new Map([["image", normalisation(images.shape[3])]]);
    const options = { optimizer: adam({ learningRate: rate }), normalisations };
    const session = await openSession("wasm", graph, options);
    if (part !== undefined) {
      const first = await openSession("wasm", graphOf(part.settings), options);
      for (let step = 0; step < part.steps; step++) await first.step(inputs, wanted, part.rate);
      await session.writeWeights(await first.readWeights());
    }
    for (let step = part?.steps ?? 0; step < steps; step++)
      await session.step(inputs, wanted, rateAt(step, narrow));
    const predicted = classesOf(await session.evaluate(inputs, wanted), output);
    expect(meanIou(predicted, labels)).toBeGreaterThan(reaches);
  });
});
