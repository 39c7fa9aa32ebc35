/** Initial weights that are many are drawn in a thread of their own: as they are drawn here, whatever is asked first. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { WeightArray } from "../../../runtime/arrays.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { drawApart } from "../../../runtime/engines/native/worker/draw-apart.ts";
import { initialiseWeights } from "../../../runtime/weights/initialise.ts";
import { weightsOf } from "../../../runtime/weights/weight-name.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomLabels, randomMaps, target } from "../batches.ts";
import { sgd } from "../sessions.ts";

/** 512 · 512 · 9 numbers in one weight, whose gradient is computed in another order than the graph's. */
const { graph } = compileNetwork(`network Wide {
  input image [3, H, W]
  conv(512, 1x1) relu conv(512, 3x3) relu conv(2, 1x1)
  output labels by softmax
}`);

const inputs = new Map([["image", randomMaps(1, [1, 8, 8, 3])]]);

/** By name: a matcher takes seconds for a million numbers. */
function digests(weights: ReadonlyMap<string, WeightArray>): Readonly<Record<string, string>> {
  const digest = ({ data }: WeightArray) => createHash("sha256").update(data).digest("hex");
  return Object.fromEntries([...weights].map(([name, array]) => [name, digest(array)]));
}

it("weights that another thread drew are those of this one, bit for bit, before and after a prediction", async () => {
  const engine = await loadEngine("native");
  const session = await engine.open(graph, { seed: 5 });
  const expected = initialiseWeights(graph, 5);
  expect(digests(await session.readWeights())).toEqual(digests(expected));
  const first = await session.predict(inputs);
  expect(digests(await session.readWeights())).toEqual(digests(expected));
  session.close();
  const given = await engine.open(graph, { seed: 6 });
  await given.writeWeights(expected);
  expect(await given.predict(inputs)).toEqual(first);
  given.close();
});

it.each([undefined, { kind: "ema", decay: 0.9 } as const])(
  "and those of a session that trains, which stores some in the order of their gradients; averages: %o",
  async (average) => {
    const engine = await loadEngine("native");
    const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
    const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]);
    const session = await engine.open(graph, {
      seed: 5,
      training: { outputs, optimizer: sgd(), average },
    });
    await session.step(inputs, target(randomLabels(1, [1, 8, 8], 2)), 0);
    const expected = digests(initialiseWeights(graph, 5));
    expect(digests(await session.readWeights())).toEqual(expected);
    if (average !== undefined) await session.exchangeAverages();
    expect(digests(await session.readWeights())).toEqual(expected);
    session.close();
  },
);

it("a thread is started for many numbers, and for few none", async () => {
  let started = 0;
  const count = () => {
    started += 1;
  };
  process.on("worker", count);
  try {
    const names = new Set(weightsOf(graph).map(({ name }) => name));
    const drawn = await drawApart(graph, 5, names);
    expect(digests(drawn)).toEqual(digests(initialiseWeights(graph, 5)));
    expect(started).toBe(1);
    const few = new Set(["conv1.weight", "conv3.weight"]);
    const here = await drawApart(graph, 5, few);
    expect(digests(here)).toEqual(digests(initialiseWeights(graph, 5, few)));
    expect(started).toBe(1);
  } finally {
    process.off("worker", count);
  }
});
