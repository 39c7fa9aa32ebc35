/** A training that spares memory keeps the program of one batch's size open at a time; closed programs gave gradients and statistics. */
import { expect, it } from "vitest";
import type { Session } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { Random } from "../../../runtime/random.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { sgd } from "../sessions.ts";

const { graph } = compileNetwork(`network N {
  input image [3, H, W]
  conv(16, 3x3) batchnorm relu as early
  conv(16, 3x3, stride = 2) batchnorm relu
  upsample(2, bilinear)
  skip early by concat
  conv(8, 3x3) batchnorm relu
  conv(2, 1x1)
  output labels by softmax
}`);

const loss = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;

const open = async (sparesMemory: boolean): Promise<Session> =>
  (await loadEngine("native")).open(graph, {
    seed: 1,
    training: {
      outputs: new Map([["labels", { loss: [{ factor: 1, term: loss }], predicts: "classes" }]]),
      optimizer: sgd(),
      sparesMemory,
    },
  });

const [height, width] = [24, 32];

function batch(images: number, place = 0) {
  const random = new Random(place);
  const pixels = images * height * width;
  return {
    inputs: new Map([
      [
        "image",
        {
          shape: [images, height, width, 3] as const,
          data: Float32Array.from({ length: pixels * 3 }, () => random.normal()),
        },
      ],
    ]),
    targets: new Map([
      [
        "labels",
        {
          kind: "labels" as const,
          shape: [images, height, width] as const,
          data: Int32Array.from({ length: pixels }, () => random.integer(2)),
        },
      ],
    ]),
  };
}

/** Updates by batches of changing sizes, with evaluations between them: the losses, the weights, and what is held at the end. */
async function trained(session: Session) {
  const losses: number[] = [];
  for (const sizes of [[4, 4, 2], [2, 4], [2], [4]]) {
    const results = await session.update(sizes.map(batch), { learningRate: 0.1 });
    const { inputs, targets } = batch(1);
    losses.push(...[...results, await session.evaluate(inputs, targets)].map((result) => result.loss));
  }
  const weights = await session.readWeights();
  const held = session.allocations();
  session.close();
  return { losses, weights, held };
}

it("gives the same losses and weights, and holds less", async () => {
  const [spared, kept] = [await trained(await open(true)), await trained(await open(false))];
  expect(spared.losses).toEqual(kept.losses);
  expect(spared.weights).toEqual(kept.weights);
  expect(spared.losses.every(Number.isFinite)).toBe(true);
  expect(new Set(spared.losses).size).toBe(spared.losses.length);
  expect(spared.held).toBeLessThan(kept.held);
});
