/** Training narrow examples on four synthetic scenes on the native engine until they know them by heart. */
import { describe, expect, it } from "vitest";
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import { renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene } from "../../runtime/data/synthetic/scene.ts";
import type { SolidKind } from "../../runtime/data/synthetic/solid.ts";
import { Random } from "../../runtime/random.ts";
import { classesOf, target } from "../engines/batches.ts";
import { adam, openSession } from "../engines/sessions.ts";
import { compileExample } from "../support/compile-source.ts";
import { short } from "../support/short.ts";
import type { Narrow } from "./narrow-examples.ts";

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

/** Of a step, counted from 0. */
function rateAt(step: number, { steps, rate, settling }: Narrow): number {
  return settling === undefined ? rate : rate * Math.max(0, 1 - step / (steps - settling)) ** 0.9;
}

/** One or two of each kind, which take seconds. */
const quick: ReadonlySet<string> = new Set([
  "deeplab-v3.fcn",
  "fully-connected-encoder-decoder.fcn",
  "hypercolumns.fcn",
  "segnet-basic.fcn",
  "u-net.fcn",
]);

export function learnsByHeart(examples: Readonly<Record<string, Narrow>>): void {
  describe.each(Object.entries(examples))("%s", (name, narrow) => {
    const { settings, size, steps, rate, reaches, part } = narrow;
    const left = short && !quick.has(name);
    it.skipIf(left)(`learns four scenes by heart in ${steps} steps`, { timeout: 180_000 }, async () => {
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
      const session = await openSession("native", graph, options);
      if (part !== undefined) {
        const first = await openSession("native", graphOf(part.settings), options);
        for (let step = 0; step < part.steps; step++) await first.step(inputs, wanted, part.rate);
        await session.writeWeights(await first.readWeights());
      }
      for (let step = part?.steps ?? 0; step < steps; step++)
        await session.step(inputs, wanted, rateAt(step, narrow));
      const predicted = classesOf(await session.evaluate(inputs, wanted), output);
      expect(meanIou(predicted, labels)).toBeGreaterThan(reaches);
    });
  });
}
