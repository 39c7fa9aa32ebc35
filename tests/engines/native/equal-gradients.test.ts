/** Weights whose gradients are the same values: a program gives them once, in one array. */
import * as runtime from "onnxruntime-node";
import { expect, it } from "vitest";
import { blockSize } from "../../../runtime/engines/native/block-size.ts";
import { NativeExecutor } from "../../../runtime/engines/native/executor.ts";
import { ProgramSession } from "../../../runtime/engines/program-session.ts";
import { referenceSession } from "../../../tools/verify/reference-executor.ts";
import { compileNetwork } from "../../support/compile-network.ts";
import { randomLabels, randomMaps } from "../batches.ts";
import { adam, dataOf, distance, sgd } from "../sessions.ts";

/** Two convolutions of one map that are added: of whole blocks, and with more weights than are computed as they are. */
const { graph } = compileNetwork(`network N {
  input image [3, H, W]
  conv(16, 3x3) relu
  fork by add { path { conv(32, 3x3) } path { conv(32, 3x3) } }
  relu conv(3, 1x1)
  output labels by softmax
}`);

const inputs = new Map([["image", randomMaps(1, [2, 6, 8, 3])]]);
const targets = new Map([["labels", { kind: "labels" as const, ...randomLabels(2, [2, 6, 8], 3, 5) }]]);
const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]);

it.each([
  ["a velocity", sgd(), 1],
  ["a velocity, several batches an update", sgd(), 2],
  ["two moments", adam(), 1],
] as const)("both are updated by it: %s", async (_, optimizer, batches) => {
  const training = { outputs, optimizer };
  const executor = new NativeExecutor({ runtime, block: await blockSize(runtime), threads: 1 });
  const session = new ProgramSession(executor, graph, { seed: 1, training });
  const reference = referenceSession(graph, { seed: 1, training });
  const given = Array.from({ length: batches }, () => ({ inputs, targets }));
  for (let step = 0; step < 3; step++)
    for (const each of [session, reference]) await each.update(given, { learningRate: 0.01 });
  const [found, expected] = [await session.readWeights(), await reference.readWeights()];
  for (const name of expected.keys())
    expect(distance(dataOf(found, name), dataOf(expected, name)), name).toBeLessThan(1e-5);
  session.close();
});
