/** Settings of single weights, and weights that are frozen: beside the formulas in float64, on every engine. */
import { describe, expect, it } from "vitest";
import type { Engine, Session, SessionOptions, UpdateSettings } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { referenceSession } from "../../tools/verify/reference-executor.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { adam, dataOf, distance, sgd } from "./sessions.ts";

/** A bias before the batch normalisation would have a gradient of rounding errors alone. */
const text = (frozen: boolean) => `network Small {
  input image [2, H, W]
  conv(16, 3x3, bias = false, frozen = ${frozen}) batchnorm(frozen = ${frozen}) relu
  conv(16, 3x3) relu
  conv(3, 1x1) as score
  output labels by softmax
}`;
const { graph } = compileNetwork(text(false));
const inputs = feed(randomMaps(3, [2, 8, 8, 2]));
const targets = target(randomLabels(3, [2, 8, 8], 3, 7));
const loss = [
  {
    factor: 1,
    term: { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const,
  },
];
type Training = NonNullable<SessionOptions["training"]>;
const options = (training: Partial<Training>): SessionOptions => ({
  seed: 4,
  training: {
    outputs: new Map([["labels", { loss, predicts: "classes" }]]),
    optimizer: adam(),
    ...training,
  },
});
const update = async (session: Session, settings: UpdateSettings) => {
  const [result] = await session.update([{ inputs, targets }], settings);
  return result?.loss ?? Number.NaN;
};
const early = [
  "conv1.weight",
  "batchnorm1.scale",
  "batchnorm1.shift",
  "batchnorm1.running_mean",
  "batchnorm1.running_variance",
];

describe("frozen weights and statistics, in float64", () => {
  it("train what remains as a network in which they are frozen by declaration", async () => {
    const declared = referenceSession(compileNetwork(text(true)).graph, options({}));
    const session = referenceSession(graph, options({}));
    const before = await session.readWeights();
    await declared.writeWeights(before);
    for (let t = 0; t < 3; t++) {
      const found = await update(session, { learningRate: 0.05, frozen: early });
      expect(Math.abs(found - (await update(declared, { learningRate: 0.05 })))).toBeLessThan(1e-12);
    }
    const after = await session.readWeights();
    expect(after).toEqual(await declared.readWeights());
    for (const name of early) expect(dataOf(after, name), name).toEqual(dataOf(before, name));
    expect(dataOf(after, "score.weight")).not.toEqual(dataOf(before, "score.weight"));
  });

  it("a weight that was frozen starts with the corrections of Adam's first update", async () => {
    const late = referenceSession(graph, options({}));
    for (let t = 0; t < 5; t++) await update(late, { learningRate: 0.05, frozen: early });
    const fresh = referenceSession(graph, options({}));
    await fresh.writeWeights(await late.readWeights());
    const weights = (await late.readWeights()).get("conv1.weight");
    await update(late, { learningRate: 0.01 });
    await update(fresh, { learningRate: 0.01 });
    const [one, two] = [await late.readWeights(), await fresh.readWeights()];
    expect(distance(dataOf(one, "conv1.weight"), dataOf(two, "conv1.weight"))).toBeLessThan(1e-7);
    expect(dataOf(one, "conv1.weight")).not.toEqual([...(weights?.data ?? [])]);
    // the others continue with theirs
    expect(dataOf(one, "score.weight")).not.toEqual(dataOf(two, "score.weight"));
    const state = await late.readState();
    expect(dataOf(state, "conv1.weight.missed")).toEqual([0, 5]);
    expect(state.has("score.weight.missed")).toBe(false);
    const resumed = referenceSession(graph, options({}));
    await resumed.writeWeights(one);
    await resumed.writeState(state);
    expect(await resumed.readState()).toEqual(state);
  });
});

await onEachEngineHere("settings of single weights", (name) => {
  const opened = async (training: Partial<Training>): Promise<Session> => {
    const engine: Engine = await loadEngine(name);
    return engine.open(graph, options(training));
  };

  it("are those of their group: learning rate and weight decay", async () => {
    const groups = [
      { weights: ["conv1.weight", "batchnorm1.scale"], weightDecay: undefined },
      { weights: ["score.weight"], weightDecay: 0.3 },
    ];
    const session = await opened({ optimizer: sgd({ momentum: 0, weightDecay: 0.1 }), groups });
    const before = await session.readWeights();
    const gradients = await session.gradients(inputs, targets);
    await update(session, { learningRate: 0.5, groupRates: [0.1, 0.2] });
    const after = await session.readWeights();
    for (const [weight, rate, decay] of [
      ["conv1.weight", 0.1, 0.1],
      ["batchnorm1.scale", 0.1, 0.1],
      ["score.weight", 0.2, 0.3],
      ["score.bias", 0.5, 0.1],
      ["conv2.weight", 0.5, 0.1],
    ] as const) {
      const slopes = dataOf(gradients, weight);
      const expected = dataOf(before, weight).map((w, i) => w - rate * ((slopes[i] ?? 0) + decay * w));
      expect(distance(dataOf(after, weight), expected), weight).toBeLessThan(1e-6);
    }
    session.close();
  });

  it("frozen ones stay bit by bit, and everything follows float64 when they are trained again", async () => {
    const training: Partial<Training> = {
      average: { kind: "ema", decay: 0.5 },
      clip: [{ kind: "norm", most: 1 }],
    };
    const [session, reference] = [await opened(training), referenceSession(graph, options(training))];
    const before = await session.readWeights();
    for (const [t, frozen] of [early, early, [], ["score.bias"], []].entries()) {
      const settings = { learningRate: 0.01, frozen };
      const [found, expected] = [await update(session, settings), await update(reference, settings)];
      expect(Math.abs(found - expected), `update ${t}`).toBeLessThan(1e-5);
      const now = await session.readWeights();
      if (t < 2) for (const key of early) expect(dataOf(now, key), key).toEqual(dataOf(before, key));
    }
    const [state, wanted] = [await session.readState(), await reference.readState()];
    expect([...state.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const key of wanted.keys())
      expect(distance(dataOf(state, key), dataOf(wanted, key)), key).toBeLessThan(1e-3);
    session.close();
  });
});
