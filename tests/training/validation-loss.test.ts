import { describe, expect, it } from "vitest";
import type { Batch } from "../../runtime/data/data-set.ts";
import { LossMean } from "../../runtime/training/loss-mean.ts";
import { imageScale, outputPlans } from "../../runtime/training/output-plans.ts";
import { validate } from "../../runtime/training/validate.ts";
import { openSession } from "../engines/sessions.ts";
import { compileNetwork } from "../support/compile-network.ts";

const network = compileNetwork(`network N(classes = [a, b]) {
  input image [2, H, W]
  conv(classes, 1x1, init = identity) as logits
  output labels by softmax
}
train N { loss cross_entropy }`);

/** One row of pixels: their two logits, and their labels (−1: ignored). */
function image(
  name: string,
  logits: readonly (readonly [number, number])[],
  labels: readonly number[],
): Batch {
  return {
    names: [name],
    size: [1, labels.length],
    inputs: new Map([["image", { data: Float32Array.from(logits.flat()), shape: [1, 1, logits.length, 2] }]]),
    targets: new Map([
      ["labels", { kind: "labels", data: Int32Array.from(labels), shape: [1, 1, labels.length] }],
    ]),
  };
}

async function* each(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}

describe("the validation loss", () => {
  const { graph, train } = network;
  if (train === undefined) throw new Error("the program has a train section");
  const options = {
    outputs: outputPlans(graph, train),
    classes: ["a", "b"],
    scale: imageScale(graph, train),
  };
  // Loss of a pixel of label 0: ln 2 for logits (0, 0), ln(1 + e²) for (0, 2).
  const [even, wrong] = [Math.LN2, Math.log1p(Math.exp(2))];
  const three = image("three", [[0, 2], [0, 2], [0, 2]], [0, 0, 0]); // biome-ignore format: a row
  const one = image("one", [[0, 0], [0, 2], [0, 2]], [0, -1, -1]); // biome-ignore format: a row
  const none = image("none", [[0, 2], [0, 2], [0, 2]], [-1, -1, -1]); // biome-ignore format: a row

  it("is one mean over all pixels that count, not a mean of the images' means", async () => {
    const session = await openSession("cpu", graph);
    const result = await validate(graph, session, each([three, one, none]), options);
    expect(result?.loss).toBeCloseTo((3 * wrong + even) / 4, 6);
    expect(result?.losses.labels).toBeCloseTo((3 * wrong + even) / 4, 6);
    expect(result?.images).toBe(3);
  });

  it("divides by the weights of the classes that occur", async () => {
    const weighted = await openSession("cpu", graph, { loss: { weights: [3, 1] } });
    const second = image("second", [[0, 0]], [1]);
    const result = await validate(graph, weighted, each([image("first", [[0, 2]], [0]), second]), options);
    expect(result?.loss).toBeCloseTo((3 * wrong + even) / 4, 6);
  });

  it("weighs terms of whole images by the images", () => {
    const mean = new LossMean();
    mean.add(
      {
        terms: new Map([
          [
            "y",
            [
              { value: 1, counted: 30 },
              { value: 0.5, counted: undefined },
            ],
          ],
        ]),
      },
      1,
    );
    mean.add(
      {
        terms: new Map([
          [
            "y",
            [
              { value: 4, counted: 10 },
              { value: 0.1, counted: undefined },
            ],
          ],
        ]),
      },
      3,
    );
    expect(mean.losses.y).toBeCloseTo((30 + 40) / 40 + (0.5 + 0.3) / 4, 12);
  });
});
