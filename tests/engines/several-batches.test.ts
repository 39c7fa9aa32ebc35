/** One update from several batches: of one mean over all positions that count in any of them. */
import { describe, expect, it } from "vitest";
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import {
  type EngineName,
  NotFinite,
  type ResolvedLoss,
  type Session,
  type SessionOptions,
} from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { referenceSession } from "../../tools/verify/reference-executor.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { adam, dataOf, distance, sgd } from "./sessions.ts";

/** No normalisation over the batch, and no dropout: what a batch gives then depends on its images alone. */
const { graph } = compileNetwork(`network Plain {
  input image [2, H, W]
  conv(16, 3x3) relu
  conv(16, 3x3, stride = 2) tanh
  transposed_conv(3, 2x2, stride = 2)
  output labels by softmax
}`);

const images = randomMaps(3, [5, 8, 8, 2]);
/** The first two images count in 20 pixels, the others in nearly all. */
const labels = ((): LabelBatch => {
  const { data, shape } = randomLabels(3, [5, 8, 8], 3, 7);
  return { data: data.map((label, i) => (i >= 20 && i < 128 ? -1 : label)), shape };
})();

const batchOf = (from: number, to: number, of = images, truth = labels) => ({
  inputs: feed(part(of, from, to)),
  targets: target({ data: truth.data.slice(from * 64, to * 64), shape: [to - from, 8, 8] }),
});

function part({ data, shape: [, height, width, channels] }: MapBatch, from: number, to: number): MapBatch {
  const each = height * width * channels;
  return { data: data.slice(from * each, to * each), shape: [to - from, height, width, channels] };
}

function options(term: ResolvedLoss, optimizer = sgd({ momentum: 0 })): SessionOptions {
  const output = { loss: [{ factor: 0.7, term }], predicts: "classes" } as const;
  return { seed: 4, training: { outputs: new Map([["labels", output]]), optimizer } };
}

const mean = { kind: "cross_entropy", weights: [1, 3, 0.5], labelSmoothing: 0, reduction: "mean" } as const;
const terms: readonly ResolvedLoss[] = [
  mean,
  { ...mean, reduction: "sum" },
  { kind: "focal", gamma: 2, weights: undefined },
];

async function weightsAfter(session: Session, parts: readonly ReturnType<typeof batchOf>[], rate = 0.1) {
  const results = await session.update(parts, { learningRate: rate });
  const loss = results.reduce((sum, result) => sum + result.loss, 0);
  const weights = await session.readWeights();
  session.close();
  return { loss, weights, results };
}

type Weights = Awaited<ReturnType<Session["readWeights"]>>;
const farthest = (a: Weights, b: Weights): number =>
  Math.max(...[...a.keys()].map((name) => distance(dataOf(a, name), dataOf(b, name))));

describe("in float64, several batches make the update of all their images as one batch", () => {
  it.each(terms)("with the loss $kind", async (term) => {
    const whole = await weightsAfter(referenceSession(graph, options(term)), [batchOf(0, 5)], 1e-2);
    const parts = [batchOf(0, 2), batchOf(2, 3), batchOf(3, 5)];
    const several = await weightsAfter(referenceSession(graph, options(term)), parts, 1e-2);
    expect(Math.abs(several.loss - whole.loss)).toBeLessThan(1e-12 * Math.max(1, whole.loss));
    // weights are read as float32, in which the same float64 value may round to one of two neighbours
    expect(farthest(several.weights, whole.weights)).toBeLessThan(1e-7);
    if ("reduction" in term && term.reduction === "sum") return;
    // a mean of the batches' means would be another update
    const alone = await Promise.all(
      parts.map((one) => weightsAfter(referenceSession(graph, options(term)), [one], 1e-2)),
    );
    expect(Math.abs(alone.reduce((sum, { loss }) => sum + loss / 3, 0) - whole.loss)).toBeGreaterThan(1e-3);
  });

  it("a batch in which no pixel counts adds nothing", async () => {
    const ignored = { data: new Int32Array(128).fill(-1), shape: [2, 8, 8] } as const;
    const nothing = { inputs: feed(part(images, 0, 2)), targets: target(ignored) };
    const whole = await weightsAfter(referenceSession(graph, options(mean)), [batchOf(2, 5)]);
    const both = await weightsAfter(referenceSession(graph, options(mean)), [nothing, batchOf(2, 5)]);
    expect(both.loss).toBe(whole.loss);
    expect(both.weights).toEqual(whole.weights);
  });
});

describe("running statistics", () => {
  const normalised = compileNetwork(`network Normal {
    input image [2, H, W]
    conv(4, 3x3) batchnorm relu
    conv(3, 1x1)
    output labels by softmax
  }`).graph;

  it("take every batch in turn, and are as they were where a later one gives a loss that is not finite", async () => {
    const session = referenceSession(normalised, options(mean));
    await session.update([batchOf(0, 2), batchOf(2, 5)], { learningRate: 0 });
    const found = await session.readWeights();
    const inTurn = referenceSession(normalised, options(mean));
    await inTurn.update([batchOf(0, 2)], { learningRate: 0 });
    await inTurn.update([batchOf(2, 5)], { learningRate: 0 });
    expect(found).toEqual(await inTurn.readWeights());

    const wrong = new Map([...found].map(([name, value]) => [name, value]));
    const bias = found.get("conv2.bias") ?? { data: new Float32Array(3), shape: [3] };
    wrong.set("conv2.bias", { ...bias, data: bias.data.map(() => Number.NaN) });
    await session.writeWeights(wrong);
    await expect(session.update([batchOf(0, 2), batchOf(2, 5)], { learningRate: 0.1 })).rejects.toThrow(
      NotFinite,
    );
    expect(await session.readWeights()).toEqual(wrong);
  });
});

await onEachEngineHere("an update from several batches", (name: EngineName) => {
  it.each(["plain SGD", "Adam"])("equals that of all images as one batch: %s", async (which) => {
    const optimizer = which === "Adam" ? adam() : sgd({ momentum: 0 });
    const training = { ...options(mean), training: options(mean, optimizer as never).training };
    const open = async () => (await loadEngine(name)).open(graph, training as SessionOptions);
    const [whole, several] = [await open(), await open()];
    for (const parts of [
      [batchOf(0, 2), batchOf(2, 5)],
      [batchOf(0, 1), batchOf(1, 3), batchOf(3, 5)],
    ]) {
      const [one] = await whole.update([batchOf(0, 5)], { learningRate: 0.01 });
      const results = await several.update(parts, { learningRate: 0.01 });
      const loss = results.reduce((sum, result) => sum + result.loss, 0);
      expect(Math.abs(loss - (one?.loss ?? Number.NaN))).toBeLessThan(1e-5);
      expect(results.map(({ predictions }) => predictions.get("labels")?.shape[0])).toEqual(
        parts.map(({ inputs }) => inputs.get("image")?.shape[0]),
      );
    }
    // Adam divides by the root of the second moment, which amplifies rounding of small gradients.
    const limit = which === "Adam" ? 2e-4 : 1e-5;
    expect(farthest(await several.readWeights(), await whole.readWeights())).toBeLessThan(limit);
    whole.close();
    several.close();
  });

  it("leaves no buffers behind, however many there are", async () => {
    const session = await (await loadEngine(name)).open(graph, options(mean));
    const update = () =>
      session.update([batchOf(0, 2), batchOf(2, 4), batchOf(4, 5)], { learningRate: 0.01 });
    await update();
    await update();
    const before = session.allocations();
    await update();
    await update();
    expect(session.allocations()).toBe(before);
    session.close();
  });
});
