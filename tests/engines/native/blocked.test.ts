/** Training steps by the blocked kernels of ONNX Runtime, by its public operators, and in float64. */
import * as runtime from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { NativeExecutor } from "../../../runtime/engines/native/executor.ts";
import { passesNow } from "../../../runtime/engines/native/self-test.ts";
import { ProgramSession } from "../../../runtime/engines/program-session.ts";
import { referenceSession } from "../../../tools/verify/reference-executor.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomLabels, randomMaps } from "../batches.ts";
import { dataOf, distance, sgd } from "../sessions.ts";

const block = await blockSize(runtime);

/** Layers between an input of 3 channels and an output of 3 classes. */
const networks: Readonly<Record<string, string>> = {
  "convolution and bias": "conv(16, 3x3) relu conv(32, 3x3) relu conv(16, 3x3)",
  "more inputs than outputs": "conv(48, 3x3) relu conv(16, 3x3) tanh",
  "a kernel of one": "conv(32, 1x1) relu conv(16, 1x1) sigmoid",
  "batch normalisation":
    "conv(16, 3x3, bias = false) batchnorm relu conv(32, 3x3, bias = false) batchnorm relu",
  "strides and dilation":
    "conv(16, 3x3, stride = 2) relu conv(16, 3x3, dilate = 3) relu transposed_conv(16, 4x4, stride = 2)",
  "an even kernel at one side": "conv(16, 2x3) relu conv(32, 4x4) relu",
  "max pooling and transposed convolution":
    "conv(16, 3x3) relu maxpool(2) conv(32, 3x3) relu transposed_conv(16, 2x2, stride = 2) relu",
  unpooling: "conv(16, 3x3) maxpool(2) as pool conv(16, 3x3) relu unpool(pool) conv(16, 3x3) relu",
  "overlapping windows": "conv(16, 3x3) maxpool(3, stride = 1, padding = 1) conv(16, 3x3)",
  "channels that fill no block":
    "conv(24, 3x3) relu conv(20, 3x3) batchnorm relu conv(32, 3x3) relu conv(7, 3x3) relu conv(16, 3x3)",
  groups: "conv(32, 3x3) relu conv(32, 3x3, groups = 2) relu conv(32, 3x3, groups = 32) relu",
  "other normalisations": "conv(16, 3x3) groupnorm(groups = 4) relu conv(32, 3x3) instancenorm leaky_relu",
  "averages and resampling": "conv(16, 3x3) avgpool(2) conv(16, 3x3) upsample(2, bilinear) gelu",
  "dense connections":
    "conv(16, 3x3) repeat 3 { fork by concat { path {} path { batchnorm relu conv(12, 3x3) } } } batchnorm relu conv(24, 1x1) maxpool(2) repeat 2 { fork by concat { path {} path { batchnorm relu conv(12, 3x3, bias = false) tanh } } } transposed_conv(12, 3x3, stride = 2) sigmoid",
  "dense connections of whole blocks":
    "conv(16, 3x3) repeat 3 { fork by concat { path {} path { batchnorm relu conv(32, 1x1) batchnorm relu conv(16, 3x3) } } } batchnorm relu conv(16, 1x1)",
  "a residual":
    "conv(16, 3x3) relu residual { conv(16, 3x3, bias = false) batchnorm relu conv(16, 3x3, bias = false) batchnorm } relu",
};

const inputs = new Map([["image", randomMaps(1, [2, 8, 12, 3])]]);
const targets = new Map([["labels", { kind: "labels" as const, ...randomLabels(2, [2, 8, 12], 3, 5) }]]);
const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const training = {
  outputs: new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]),
  optimizer: sgd(),
};

it("the self-test finds the blocked kernels of this machine right", async ({ skip }) => {
  if (block === undefined) return skip("this machine has no blocked kernels");
  expect(await passesNow(runtime, block)).toBe(true);
});

const steps = 3;

/** What both kinds of operators are compared with, computed once. */
async function inFloat64(graph: CompiledNetwork["graph"]) {
  const session = referenceSession(graph, { seed: 1, training });
  const predicted = await session.predict(inputs);
  const gradients = await session.gradients(inputs, targets);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await session.step(inputs, targets, 0.05)).loss);
  return { predicted, gradients, losses, weights: await session.readWeights() };
}

describe.each(Object.entries(networks))("%s", (_, layers) => {
  const { graph } = compileNetwork(
    `network N { input image [3, H, W] ${layers} conv(3, 1x1) output labels by softmax }`,
  );
  let reference: Awaited<ReturnType<typeof inFloat64>>;
  beforeAll(async () => {
    reference = await inFloat64(graph);
  });

  it.for([
    ["blocked", block],
    ["public", undefined],
  ] as const)(
    "is computed by %s operators as in float64, and its gradients are",
    async ([name, size], { skip }) => {
      if (name === "blocked" && size === undefined) skip("this machine has no blocked kernels");
      const session = new ProgramSession(new NativeExecutor({ runtime, block: size, threads: 1 }), graph, {
        seed: 1,
        training,
      });
      const maps = await session.predict(inputs);
      const map = (of: typeof maps) => [...(of.get("labels")?.data ?? [])];
      expect(distance(map(maps), map(reference.predicted))).toBeLessThan(2e-5);
      const found = await session.gradients(inputs, targets);
      for (const weight of reference.gradients.keys()) {
        const values = dataOf(reference.gradients, weight);
        const largest = Math.max(...values.map(Math.abs), 1e-3);
        expect(distance(dataOf(found, weight), values) / largest, weight).toBeLessThan(2e-4);
      }
      for (const [step, expected] of reference.losses.entries()) {
        const { loss } = await session.step(inputs, targets, 0.05);
        expect(Math.abs(loss - expected), `step ${step}`).toBeLessThan(1e-5);
      }
      const weights = await session.readWeights();
      for (const weight of reference.weights.keys())
        expect(distance(dataOf(weights, weight), dataOf(reference.weights, weight)), weight).toBeLessThan(
          1e-4,
        );
      session.close();
    },
  );
});

it("gradients of normalised maps go by way of the filters, whose scales may be 0", async ({ skip }) => {
  if (block === undefined) return skip("this machine has no blocked kernels");
  const layers =
    "conv(16, 3x3, bias = false) batchnorm relu conv(32, 3x3, bias = false) batchnorm relu conv(16, 3x3, bias = false) batchnorm";
  const { graph } = compileNetwork(
    `network N { input image [3, H, W] ${layers} conv(3, 1x1) output labels by softmax }`,
  );
  // more positions than eight times the numbers of a filter of 32 channels
  const size = [2, 40, 40] as const;
  const maps = new Map([["image", randomMaps(3, [...size, 3])]]);
  const labels = new Map([["labels", { kind: "labels" as const, ...randomLabels(4, [...size], 3, 5) }]]);
  const session = new ProgramSession(new NativeExecutor({ runtime, block, threads: 1 }), graph, {
    seed: 1,
    training,
  });
  const reference = referenceSession(graph, { seed: 1, training });
  const weights = new Map(await session.readWeights());
  for (const [name, { data, shape }] of weights) {
    if (!name.endsWith(".scale")) continue;
    weights.set(name, { data: data.map((_, channel) => (channel % 5 === 0 ? 0 : channel / 8 - 1)), shape });
  }
  await session.writeWeights(weights);
  await reference.writeWeights(weights);
  const [found, expected] = [await session.gradients(maps, labels), await reference.gradients(maps, labels)];
  for (const weight of expected.keys()) {
    const values = dataOf(expected, weight);
    const largest = Math.max(...values.map(Math.abs), 1e-3);
    expect(distance(dataOf(found, weight), values) / largest, weight).toBeLessThan(2e-4);
  }
  session.close();
});
