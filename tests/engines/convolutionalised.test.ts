/** Convolutionalised = slid: a trained classifier whose dense layers became convolutions is that classifier on every patch. */
import { describe, expect, it } from "vitest";
import type { MapBatch, WeightArray } from "../../runtime/arrays.ts";
import type { Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { adam, everywhere, openSession } from "./sessions.ts";

interface Classifier {
  /** Of the patch, pixels. */
  readonly side: number;
  readonly layers: string;
  /** Height and width of the map that the first dense layer reads. */
  readonly cells: number;
  readonly stride: number;
}

/** Convolutions alone; pools; strides, a group of paths and a residual body, padding inside nowhere. */
const classifiers: Readonly<Record<string, Classifier>> = {
  "without strides": {
    side: 9,
    layers: "conv(4, 3x3, padding = valid) batchnorm relu conv(5, 3x3, dilate = 2, padding = valid) relu",
    cells: 3,
    stride: 1,
  },
  "with pools": {
    side: 16,
    layers:
      "conv(4, 3x3, padding = valid) relu maxpool(2) conv(6, 2x2, padding = valid) relu avgpool(3, stride = 1)",
    cells: 4,
    stride: 2,
  },
  "with strides and pools that overlap": {
    side: 21,
    layers: `conv(4, 5x5, stride = 2, padding = valid) batchnorm relu
      fork by concat { path { conv(3, 1x1) } path { conv(4, 1x1) relu } }
      maxpool(3, stride = 2)
      residual { conv(7, 1x1) relu conv(7, 1x1) } relu`,
    cells: 4,
    stride: 4,
  },
};

const network = ({ side, layers, cells }: Classifier, convolutional: boolean) =>
  compileNetwork(`network Classifier {
    input image [2, ${convolutional ? "H, W" : `${side}, ${side}`}]
    ${layers}
    ${convolutional ? `conv(8, ${cells}x${cells}, padding = valid)` : "dense(8)"} as fc1 relu
    ${convolutional ? "conv(3, 1x1)" : "dense(3)"} as fc2
    output scores
  }`).graph;

/** Some steps towards random labels: every weight has moved, biases and running statistics too. */
async function train(classifier: Classifier): Promise<ReadonlyMap<string, WeightArray>> {
  const session = await openSession("wasm", network(classifier, false), { optimizer: adam() });
  const images = randomMaps(1, [24, classifier.side, classifier.side, 2]);
  const labels = randomLabels(2, [24, 1, 1], 3);
  for (let step = 0; step < 10; step++) await session.step(feed(images), target(labels, "scores"), 0.01);
  return session.readWeights();
}

async function scores(session: Session, image: MapBatch): Promise<MapBatch> {
  const map = (await session.predict(feed(image))).get("scores");
  if (map === undefined) throw new Error("no scores");
  return map;
}

/** [1, side, side, channels] from one image. */
function patchAt({ data, shape }: MapBatch, top: number, left: number, side: number): MapBatch {
  const [, , width, channels] = shape;
  const patch = new Float32Array(side * side * channels);
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * width + left) * channels;
    patch.set(data.subarray(from, from + side * channels), row * side * channels);
  }
  return { data: patch, shape: [1, side, side, channels] };
}

describe.each(everywhere)("on %s, the fully convolutional form", (engine) => {
  it.each(Object.entries(classifiers))(
    "of a trained classifier %s gives at every cell what the classifier gives on the patch there",
    async (_title, classifier) => {
      const weights = await train(classifier);
      const open = async (convolutional: boolean) => {
        const session = await (await loadEngine(engine)).open(network(classifier, convolutional), {
          seed: 3,
        });
        await session.writeWeights(weights);
        return session;
      };
      const [patchwise, convolutional] = [await open(false), await open(true)];
      const { side, stride } = classifier;
      // One pixel more than the last cell's patch ends with, where the stride leaves room for it.
      const image = randomMaps(4, [1, side + 3 * stride + 1, side + 2 * stride, 2]);
      const map = await scores(convolutional, image);
      expect(map.shape).toEqual([1, stride === 1 ? 5 : 4, 3, 3]);
      let [largest, furthest] = [0, 0];
      for (let y = 0; y < map.shape[1]; y++) {
        for (let x = 0; x < map.shape[2]; x++) {
          const { data } = await scores(patchwise, patchAt(image, y * stride, x * stride, side));
          const cell = map.data.subarray(3 * (y * map.shape[2] + x), 3 * (y * map.shape[2] + x + 1));
          for (const [channel, value] of data.entries()) {
            largest = Math.max(largest, Math.abs(value));
            furthest = Math.max(furthest, Math.abs(value - (cell[channel] ?? Number.NaN)));
          }
        }
      }
      // Sums of at most 128 products a layer in another order; float32 rounds each to 6e-8 of the largest.
      expect(furthest).toBeLessThan(1e-5 * Math.max(1, largest));
      expect(largest).toBeGreaterThan(0.1);
      patchwise.close();
      convolutional.close();
    },
  );
});
