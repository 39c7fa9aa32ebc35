/** Sessions on ONNX Runtime, in their own thread, against the float64 reference and the WebAssembly engine. */
import { expect, it } from "vitest";
import { NotFinite, SizeRefusal, WeightMismatch } from "../../../runtime/engines/engine.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { UserError } from "../../../runtime/user-error.ts";
import { referenceSession } from "../../../tools/verify/reference-executor.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomLabels, randomMaps } from "../batches.ts";
import { adam, dataOf, distance, openSession } from "../sessions.ts";

/** Dropout, batch normalisation, pooling with its places, and a transposed convolution. */
const { graph } = compileNetwork(`network Small {
  input image [2, H, W]
  conv(8, 3x3, padding = same, bias = false) batchnorm relu dropout(0.3)
  maxpool(3, stride = 2, padding = 1)
  conv(4, 3x3, padding = same) tanh
  transposed_conv(3, 2x2, stride = 2)
  output labels by softmax
}`);

const inputs = new Map([["image", randomMaps(1, [2, 8, 12, 2])]]);
const targets = new Map([["labels", { kind: "labels" as const, ...randomLabels(2, [2, 8, 12], 3, 5) }]]);

const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const training = {
  outputs: new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]),
  optimizer: adam(),
};

it("a session follows the float64 reference step by step, and so do its weights, moments and predictions", async () => {
  const session = await openSession("native", graph, { optimizer: adam() });
  const reference = referenceSession(graph, { seed: 1, training });
  for (let step = 0; step < 10; step++) {
    const expected = await reference.step(inputs, targets, 0.01);
    const found = await session.step(inputs, targets, 0.01);
    expect(Math.abs(found.loss - expected.loss), `step ${step}`).toBeLessThan(1e-5);
    expect(found.predictions).toEqual(expected.predictions);
  }
  const [weights, wanted] = [await session.readWeights(), await reference.readWeights()];
  for (const name of wanted.keys())
    expect(distance(dataOf(weights, name), dataOf(wanted, name)), name).toBeLessThan(5e-5);
  const [state, moments] = [await session.readState(), await reference.readState()];
  expect([...state.keys()]).toEqual([...moments.keys()]);
  const [maps, others] = [await session.predict(inputs), await reference.predict(inputs)];
  for (const [name, { data, shape }] of others) {
    expect(maps.get(name)?.shape).toEqual(shape);
    expect(distance([...(maps.get(name)?.data ?? [])], [...data])).toBeLessThan(5e-5);
  }
});

it("a run that moves to another engine at a checkpoint continues as it would have", async () => {
  const [first, second] = [
    await openSession("wasm", graph, { optimizer: adam() }),
    await openSession("native", graph, { seed: 1, optimizer: adam() }),
  ];
  for (let step = 0; step < 3; step++) await first.step(inputs, targets, 0.01);
  await second.writeWeights(await first.readWeights());
  await second.writeState(await first.readState());
  const [stays, moves] = [await first.step(inputs, targets, 0.01), await second.step(inputs, targets, 0.01)];
  expect(Math.abs(stays.loss - moves.loss)).toBeLessThan(1e-5);
});

it("gradients are those of the reference, and change nothing", async () => {
  const session = await openSession("native", graph);
  const reference = referenceSession(graph, { seed: 1, training });
  const before = await session.readWeights();
  const [found, expected] = [
    await session.gradients(inputs, targets),
    await reference.gradients(inputs, targets),
  ];
  for (const name of expected.keys())
    expect(distance(dataOf(found, name), dataOf(expected, name)), name).toBeLessThan(1e-5);
  expect(await session.readWeights()).toEqual(before);
});

it("what goes wrong in its thread is the error it would be here", async () => {
  const session = await openSession("native", graph);
  const valid = compileNetwork(
    "network Valid { input image [2, H, W] conv(3, 3x3, padding = valid) output labels by softmax }",
  );
  const small = new Map([["image", randomMaps(1, [1, 1, 1, 2])]]);
  const other = await openSession("native", valid.graph);
  await expect(other.predict(small)).rejects.toBeInstanceOf(SizeRefusal);
  await expect(session.predict(new Map())).rejects.toBeInstanceOf(UserError);
  const unknown = new Map([["nowhere", { shape: [1], data: new Float32Array(1) }]]);
  await expect(session.writeWeights(unknown)).rejects.toBeInstanceOf(WeightMismatch);
  const weights = await session.readWeights();
  const huge = new Map([["conv1.weight", { shape: [8, 2, 3, 3], data: new Float32Array(144).fill(3e38) }]]);
  await session.writeWeights(huge);
  await expect(session.step(inputs, targets, 0.1)).rejects.toBeInstanceOf(NotFinite);
  await session.writeWeights(weights);
  expect((await session.step(inputs, targets, 0.1)).loss).toBeGreaterThan(0);
});

it("this thread continues while a session computes, and a closed session refuses", async () => {
  const session = await (await loadEngine("native")).open(graph, { seed: 1 });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const large = new Map([["image", randomMaps(1, [4, 256, 256, 2])]]);
  for (let i = 0; i < 3; i++) await session.predict(large);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  session.close();
  await expect(session.predict(inputs)).rejects.toThrow("the session is closed");
});

it("what was evaluated and predicted before the first step continues after it, though weights are then stored otherwise", async () => {
  const wide = compileNetwork(
    "network Wide { input image [2, H, W] conv(32, 3x3) relu conv(16, 3x3) relu conv(3, 1x1) output labels by softmax }",
  );
  const session = await openSession("native", wide.graph, { optimizer: adam() });
  const reference = referenceSession(wide.graph, { seed: 1, training });
  for (let round = 0; round < 3; round++) {
    const [found, expected] = [
      await session.evaluate(inputs, targets),
      await reference.evaluate(inputs, targets),
    ];
    expect(Math.abs(found.loss - expected.loss), `round ${round}`).toBeLessThan(1e-5);
    const [maps, others] = [await session.predict(inputs), await reference.predict(inputs)];
    const map = (of: typeof maps) => [...(of.get("labels")?.data ?? [])];
    expect(distance(map(maps), map(others))).toBeLessThan(5e-5);
    await session.step(inputs, targets, 0.01);
    await reference.step(inputs, targets, 0.01);
  }
});
