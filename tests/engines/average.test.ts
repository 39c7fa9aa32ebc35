/** The exponential moving average of the weights, beside its formula in float64, and its way from engine to engine. */
import { expect, it } from "vitest";
import type { EngineName, Session, SessionOptions } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { referenceSession } from "../../tools/verify/reference-executor.ts";
import { recordEntry } from "../numeric/record-entry.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { adam, dataOf, distance } from "./sessions.ts";

const { graph } = compileNetwork(`network Small {
  input image [2, H, W]
  conv(16, 3x3, bias = false) batchnorm relu
  conv(16, 3x3) relu
  conv(3, 1x1)
  output labels by softmax
}`);
const inputs = feed(randomMaps(3, [2, 8, 8, 2]));
const targets = target(randomLabels(3, [2, 8, 8], 3, 7));
const decay = 0.5;
/** A GPU in software takes a minute. */
const slow = { timeout: 300_000 };
const loss = [
  {
    factor: 1,
    term: { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const,
  },
];
const options: SessionOptions = {
  seed: 4,
  training: {
    outputs: new Map([["labels", { loss, predicts: "classes" }]]),
    optimizer: adam(),
    average: { kind: "ema", decay },
  },
};
const opened = async (name: EngineName): Promise<Session> => (await loadEngine(name)).open(graph, options);

await onEachEngineHere("the average of the weights", (name) => {
  it("follows its formula from the first weights on, running statistics included", slow, async () => {
    const session = await opened(name);
    const expected = new Map([...(await session.readWeights())].map(([key, { data }]) => [key, [...data]]));
    expect(expected.has("batchnorm1.running_mean")).toBe(true);
    for (let t = 0; t < 8; t++) {
      await session.step(inputs, targets, 0.05);
      const d = Math.min(decay, (1 + t) / (10 + t));
      for (const [key, { data }] of await session.readWeights()) {
        const average = expected.get(key) ?? [];
        for (const [i, w] of data.entries()) average[i] = d * (average[i] ?? 0) + (1 - d) * w;
      }
    }
    const state = await session.readState();
    for (const [key, average] of expected) {
      const value = distance(dataOf(state, `${key}.average`), average);
      expect(value, key).toBeLessThan(1e-6);
      recordEntry({ catalogue: "averages", name: "ema", computer: name, value, gradient: undefined });
    }

    const own = await session.readWeights();
    const before = (await session.evaluate(inputs, targets)).loss;
    await session.exchangeAverages();
    for (const [key, average] of expected)
      expect(distance(dataOf(await session.readWeights(), key), average), key).toBeLessThan(1e-6);
    expect((await session.evaluate(inputs, targets)).loss).not.toBe(before);
    await expect(session.step(inputs, targets, 0.05)).rejects.toThrow(/are not trained/);
    await session.exchangeAverages();
    expect(await session.readWeights()).toEqual(own);
    expect(await session.readState()).toEqual(state);
    expect((await session.evaluate(inputs, targets)).loss).toBe(before);
    session.close();
  });

  it("moves to another engine with the state, bit by bit", slow, async () => {
    const [session, other] = [await opened(name), referenceSession(graph, options)];
    for (let t = 0; t < 3; t++) await session.step(inputs, targets, 0.05);
    await other.writeWeights(await session.readWeights());
    await other.writeState(await session.readState());
    expect(await other.readState()).toEqual(await session.readState());
    const [here, there] = [
      await session.step(inputs, targets, 0.05),
      await other.step(inputs, targets, 0.05),
    ];
    expect(Math.abs(here.loss - there.loss)).toBeLessThan(1e-5);
    const [one, two] = [await session.readState(), await other.readState()];
    for (const key of one.keys())
      expect(distance(dataOf(one, key), dataOf(two, key)), key).toBeLessThan(1e-4);
    session.close();
  });

  it("starts from weights that are written, as from another run's", async () => {
    const session = await opened(name);
    const weights = await (await opened(name)).readWeights();
    const doubled = new Map(
      [...weights].map(([key, { shape, data }]) => [key, { shape, data: data.map((w) => 2 * w) }]),
    );
    await session.writeWeights(doubled);
    const state = await session.readState();
    for (const [key, { data }] of doubled) expect(dataOf(state, `${key}.average`), key).toEqual([...data]);
    session.close();
  });
});
