import { describe, expect, it } from "vitest";
import type { LabelBatch, MapBatch } from "../../runtime/arrays.ts";
import type { Session } from "../../runtime/engines/engine.ts";
import { UserError } from "../../runtime/user-error.ts";
import { classesOf, feed, randomLabels, randomMaps, target } from "./batches.ts";
import { Network } from "./graphs.ts";
import { dataOf, everywhere, openSession, sgd } from "./sessions.ts";

/** A 1×1 convolution that is the identity, so that the image is the logits. */
function identity(channels: number, activation: "softmax" | "sigmoid") {
  const network = new Network("identity");
  const image = network.input("image", channels);
  const logits = network.conv(image, channels, {
    kernel: 1,
    init: { kind: "identity", maps: undefined, deviation: 0 },
  });
  return network.finish(network[activation](logits));
}

function pixels(values: number[][]): MapBatch {
  return { data: Float32Array.from(values.flat()), shape: [1, 1, values.length, values[0]?.length ?? 0] };
}

function labelled(...values: number[]): LabelBatch {
  return { data: Int32Array.from(values), shape: [1, 1, values.length] };
}

const lossOf = async (session: Session, values: number[][], ...labels: number[]) =>
  (await session.evaluate(feed(pixels(values)), target(labelled(...labels)))).loss;

describe.each(everywhere)("cross entropy on %s", (engine) => {
  it("is the logarithm of the number of classes for equal logits, whatever their size", async () => {
    const session = await openSession(engine, identity(4, "softmax"));
    expect(await lossOf(session, [[0, 0, 0, 0]], 2)).toBeCloseTo(Math.log(4), 6);
    expect(await lossOf(session, [[3e4, 3e4, 3e4, 3e4]], 2)).toBeCloseTo(Math.log(4), 6);
  });

  it("stays finite and exact for logits of ±30000", async () => {
    const session = await openSession(engine, identity(2, "softmax"));
    expect(await lossOf(session, [[3e4, -3e4]], 1)).toBe(6e4);
    expect(await lossOf(session, [[3e4, -3e4]], 0)).toBe(0);
  });

  it("leaves ignored pixels out of the mean and of the gradient, whatever their logits", async () => {
    const session = await openSession(engine, identity(2, "softmax"));
    const values = [
      [1, 0],
      [50, -50],
      [0, 2],
    ];
    const expected = (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(2))) / 2;
    expect(await lossOf(session, values, 0, -1, 0)).toBeCloseTo(expected, 6);
    const gradients = await session.gradients(feed(pixels(values)), target(labelled(0, -1, 0)));
    const slope = (1 / (1 + Math.exp(-1)) - 1 + (1 / (1 + Math.exp(2)) - 1)) / 2;
    expect(dataOf(gradients, "conv1.bias")[0]).toBeCloseTo(slope, 6);
  });

  it("is 0, with gradient 0, where every pixel is ignored", async () => {
    const session = await openSession(engine, identity(2, "softmax"), { optimizer: sgd() });
    const before = await session.readWeights();
    const result = await session.step(feed(pixels([[1, 2]])), target(labelled(-1)), 0.1);
    expect(result.loss).toBe(0);
    expect([...classesOf(result).data]).toEqual([1]);
    expect(await session.readWeights()).toEqual(before);
  });

  it("divides by the sum of the pixels' class weights", async () => {
    const session = await openSession(engine, identity(2, "softmax"), { loss: { weights: [1, 3] } });
    const [first, second] = [Math.log(1 + Math.exp(-1)), Math.log(1 + Math.exp(1))];
    const loss = await lossOf(session, [[1, 0], [1, 0]], 0, 1); // biome-ignore format: pixels side by side
    expect(loss).toBeCloseTo((first + 3 * second) / 4, 6);
  });

  it("sums without dividing where reduction is sum", async () => {
    const session = await openSession(engine, identity(2, "softmax"), { loss: { reduction: "sum" } });
    expect(await lossOf(session, [[0, 0], [0, 0], [0, 0]], 0, 1, 0)).toBeCloseTo(3 * Math.LN2, 6); // biome-ignore format: pixels side by side
  });

  it("adds a hundred thousand pixels without losing any to rounding", async () => {
    const session = await openSession(engine, identity(2, "softmax"), { loss: { reduction: "sum" } });
    const count = 100_000;
    const image: MapBatch = { data: new Float32Array(2 * count), shape: [1, 250, 400, 2] };
    const all: LabelBatch = { data: new Int32Array(count), shape: [1, 250, 400] };
    const { loss } = await session.evaluate(feed(image), target(all));
    // Each pixel's loss is ln 2 rounded to float32; their sum is formed in float64.
    expect(Math.abs(loss / (count * Math.LN2) - 1)).toBeLessThan(1e-7);
  });

  it("takes one sigmoid channel as the probability of class 1", async () => {
    const session = await openSession(engine, identity(1, "sigmoid"), { loss: { weights: [1, 2] } });
    const values = [[2], [-1], [-40], [0]];
    const losses = [2 + Math.log(1 + Math.exp(-2)), 2 * Math.log(1 + Math.exp(1)), 0, 2 * Math.LN2];
    const labels = [0, 1, 0, 1];
    const expected = losses.reduce((a, b) => a + b) / 6;
    const result = await session.evaluate(feed(pixels(values)), target(labelled(...labels)));
    expect(result.loss).toBeCloseTo(expected, 6);
    expect([...classesOf(result).data]).toEqual([1, 0, 0, 0]);
    const gradients = await session.gradients(feed(pixels(values)), target(labelled(...labels)));
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const slope = (sigmoid(2) + 2 * (sigmoid(-1) - 1) + sigmoid(-40) + 2 * (0.5 - 1)) / 6;
    expect(dataOf(gradients, "conv1.bias")[0]).toBeCloseTo(slope, 6);
  });

  it("adds the losses of several outputs, and leaves weights alone that no labelled output depends on", async () => {
    const network = new Network("two-heads");
    const image = network.input("image", 2);
    const first = network.conv(image, 2, { kernel: 1 });
    const second = network.conv(image, 3, { kernel: 1 });
    const graph = network.finish(network.softmax(first, "coarse"), network.softmax(second, "fine"));
    const session = await openSession(engine, graph);
    const maps = feed(randomMaps(1, [1, 4, 4, 2]));
    const coarse = target(randomLabels(1, [1, 4, 4], 2), "coarse");
    const fine = target(randomLabels(2, [1, 4, 4], 3), "fine");
    const both = await session.evaluate(maps, new Map([...coarse, ...fine]));
    const sum = (await session.evaluate(maps, coarse)).loss + (await session.evaluate(maps, fine)).loss;
    expect(both.loss).toBeCloseTo(sum, 6);
    const before = await session.readWeights();
    await session.step(maps, coarse, 0.1);
    const after = await session.readWeights();
    expect(dataOf(after, "conv1.weight")).not.toEqual(dataOf(before, "conv1.weight"));
    expect(dataOf(after, "conv2.weight")).toEqual(dataOf(before, "conv2.weight"));
    expect(dataOf(await session.gradients(maps, coarse), "conv2.bias")).toEqual([0, 0, 0]);
  });

  it("refuses class weights and outputs it makes no sense for", async () => {
    const open = (...args: Parameters<typeof identity>) => openSession(engine, identity(...args));
    await expect(
      openSession(engine, identity(2, "softmax"), { loss: { weights: [1, 2, 3] } }),
    ).rejects.toThrow('the loss has 3 class weights, and output "labels" has 2 classes');
    await expect(openSession(engine, identity(2, "softmax"), { loss: { weights: [1, -1] } })).rejects.toThrow(
      UserError,
    );
    await expect(open(3, "sigmoid")).rejects.toThrow("3 sigmoids");
    await expect(open(1, "softmax")).rejects.toThrow("one channel");
  });
});
