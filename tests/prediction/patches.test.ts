/** Networks with dense layers, which read one size, on images of other sizes. */
import { describe, expect, it } from "vitest";
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import type { Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { fitImage } from "../../runtime/fit/fit.ts";
import { alignLabels, labelsOfImage, padImages } from "../../runtime/fit/fit-batch.ts";
import { cut, cutBatch, describePatches, join, joinResult, patchwise } from "../../runtime/fit/patches.ts";
import { randomMaps } from "../engines/batches.ts";
import { openSession } from "../engines/sessions.ts";
import { compileNetwork } from "../support/compile-network.ts";

const classifier = compileNetwork(`network Classifier { input image [2, 9, 7]
  conv(4, 3x3, padding = valid) relu  dense(3)  output labels by softmax }`).graph;
const decoder = compileNetwork(`network Decoder { input image [2, 4, 4]
  conv(3, 3x3) relu  dense(8) relu  dense(32)  pixel_shuffle(4)  output labels by softmax }`).graph;

const numbered = (height: number, width: number): LabelBatch => ({
  data: Int32Array.from({ length: height * width }, (_, i) => i),
  shape: [1, height, width],
});

/** Rows and columns of one image, from a place on. */
function part({ data, shape }: MapBatch, top: number, left: number, height: number, width: number): MapBatch {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = ((top + row) * shape[2] + left) * shape[3];
    return [...data.subarray(start, start + width * shape[3])];
  });
  return { data: Float32Array.from(rows.flat()), shape: [1, height, width, shape[3]] };
}

const predicted = async (session: Pick<Session, "predict">, image: MapBatch): Promise<MapBatch> => {
  const map = (await session.predict(new Map([["image", image]]))).get("labels");
  if (map === undefined) throw new Error("no labels");
  return map;
};

describe("a network with dense layers", () => {
  it("answers for a patch of its own size at the pixel in the middle", () => {
    const fit = fitImage(classifier, [9, 7]);
    expect(alignLabels(numbered(9, 7), fit, 0)).toEqual({
      data: Int32Array.of(4 * 7 + 3),
      shape: [1, 1, 1],
    });
    expect(describePatches(classifier, fit)).toBeUndefined();
  });

  it("has a larger image cut into patches, with a label read at the middle of each", () => {
    const fit = fitImage(classifier, [18, 14]);
    expect(fit.axes.map(({ input, patches }) => [input, patches])).toEqual([
      [18, 2],
      [14, 2],
    ]);
    const rows = [4, 13];
    const expected = rows.flatMap((row) => [row * 14 + 3, row * 14 + 10]);
    expect([...alignLabels(numbered(18, 14), fit, 0).data]).toEqual(expected);
    expect(describePatches(classifier, fit)).toBe(
      "Classifier accepts only 9×7 pixels: an image of 18×14 is split into 2×2 patches, each predicted separately; " +
        "with convolutions in place of its dense layers the network takes the whole image (fcn check --notes shows how)",
    );
  });

  it("labels a whole patch by one answer, and mirrors an image that patches do not fill", () => {
    const fit = fitImage(classifier, [10, 7]);
    expect(fit.axes[0]).toMatchObject({ input: 18, patches: 2, before: 4 });
    const { data, shape } = labelsOfImage({ data: Int32Array.of(1, 2), shape: [1, 2, 1] }, fit, 0);
    expect(shape).toEqual([1, 10, 7]);
    const rows = Array.from({ length: 10 }, (_, row) => data[row * 7]);
    expect(rows).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it("that ends in a map lays its cells on the pixels, patch beside patch", () => {
    const labels = numbered(8, 4);
    const fit = fitImage(decoder, [8, 4]);
    expect(alignLabels(labels, fit, 0)).toEqual(labels);
    expect(labelsOfImage(labels, fit, 0)).toEqual(labels);
  });

  it("predicts for a larger image what it predicts for each patch", async () => {
    for (const [graph, height, width, cells] of [
      [classifier, 9, 7, 1],
      [decoder, 4, 4, 4],
    ] as const) {
      const session = await (await loadEngine("cpu")).open(graph, { seed: 1 });
      const image = randomMaps(3, [1, 2 * height, 3 * width, 2]);
      const fit = fitImage(graph, [2 * height, 3 * width]);
      const whole = await predicted(patchwise(session, fit), padImages(image, fit));
      for (let down = 0; down < 2; down++) {
        for (let across = 0; across < 3; across++) {
          const patch = part(image, down * height, across * width, height, width);
          const one = await predicted(session, patch);
          expect(part(whole, down * cells, across * cells, cells, cells)).toEqual(one);
        }
      }
      session.close();
    }
  });

  it("made convolutional, and still of one size, answers for the same patches", () => {
    const { graph } = compileNetwork(`network Convolutional { input image [2, 9, 7]
      conv(4, 3x3, padding = valid) relu  conv(3, 7x5, padding = valid)  output labels by softmax }`);
    expect(fitImage(graph, [18, 14])).toEqual(fitImage(classifier, [18, 14]));
  });

  it("learns from a larger image as from a batch of its patches", async () => {
    const image = randomMaps(4, [1, 18, 14, 2]);
    const fit = fitImage(classifier, [18, 14]);
    const labels: LabelBatch = { data: Int32Array.of(0, 2, -1, 1), shape: [1, 2, 2] };
    const both = async (learn: (session: Session) => ReturnType<Session["step"]>) => {
      const session = await openSession("cpu", classifier);
      const result = await learn(session);
      return { result, weights: await session.readWeights() };
    };
    const inPatches = await both(async (session) => {
      const whole = {
        inputs: new Map([["image", image]]),
        targets: new Map([["labels", { kind: "labels" as const, ...labels }]]),
      };
      const { inputs, targets } = cutBatch(whole, fit);
      return joinResult(await session.step(inputs, targets, 0.1), fit);
    });
    const asBatch = await both((session) =>
      session.step(
        new Map([["image", cut(image, [2, 2])]]),
        new Map([["labels", { kind: "labels", data: labels.data, shape: [4, 1, 1] }]]),
        0.1,
      ),
    );
    expect(inPatches.weights).toEqual(asBatch.weights);
    expect(inPatches.result.loss).toBe(asBatch.result.loss);
    expect(inPatches.result.predictions.get("labels")).toMatchObject({ kind: "labels", shape: [1, 2, 2] });
  });

  it("cuts in row order, and joins what was cut", () => {
    const image = randomMaps(5, [2, 6, 4, 3]);
    const patches = cut(image, [3, 2]);
    expect(patches.shape).toEqual([12, 2, 2, 3]);
    expect(patches.data.subarray(12, 24)).toEqual(part(image, 0, 2, 2, 2).data);
    expect(join(patches, [3, 2])).toEqual(image);
  });
});

describe("a network whose one size is no dense layer's doing", () => {
  it("still refuses a larger image", () => {
    const { graph } = compileNetwork(
      "network Fixed { input image [1, 32, 32]  conv(2, 3x3)  output labels by softmax }",
    );
    expect(() => fitImage(graph, [33, 32])).toThrow("Fixed cannot take an image of 33×32");
  });
});
