import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { discs, feed, target } from "./batches.ts";
import { Network } from "./graphs.ts";
import { everywhere, openSession, sgd } from "./sessions.ts";

const size = 12;
const { images, labels } = discs(5, 3, size);
const plain = { epsilon: 1e-5, scale: true, shift: true, frozen: false };
const learned = { bias: true, init: { kind: "he" }, frozen: false } as const;

/** Normalisations, a dilated pool that is undone, a pyramid of bins, sub-pixel upsampling. */
function pyramid(): Graph {
  const network = new Network("pyramid");
  const image = network.input("image", 1);
  const coarse = network.add("pixel_unshuffle", { factor: [2, 2] }, [image]);
  const start = network.relu(network.add("groupnorm", { groups: 2, ...plain }, [network.conv(coarse, 8)]));
  const response = network.add("lrn", { size: 5, alpha: 1e-2, beta: 0.75, k: 1 }, [start]);
  const around = { before: 1, after: 1 };
  const window = { kernel: [2, 2], stride: [1, 1], dilation: [2, 2], padding: [around, around] } as const;
  const pool = { ...window, ceil: false };
  const pooled = network.add("maxpool", pool, [response]);
  const base = network.relu(network.add("instancenorm", plain, [network.conv(pooled, 8)]));
  const back = network.add("unpool", pool, [base, pooled, response]);
  const levels = (["average", "max"] as const).map((kind) => {
    const bins = network.add("adaptive_pool", { kind, bins: [2, 3] }, [base]);
    return network.add("resize_to", { mode: "bilinear", alignCorners: false }, [network.conv(bins, 4), back]);
  });
  const joined = network.add("concat", {}, [back, base, ...levels]);
  const logits = network.add("pixel_shuffle", { factor: [2, 2] }, [network.conv(joined, 8)]);
  return network.finish(network.softmax(logits));
}

/** A fully connected encoder and decoder. */
function fullyConnected(): Graph {
  const network = new Network("fully-connected");
  const image = network.input("image", 1, [size, size]);
  const code = network.relu(network.add("dense", { channels: 16, ...learned }, [image]));
  const none = { before: 0, after: 0 };
  const whole = { kernel: [size, size], stride: [1, 1], groups: 1, padding: [none, none] } as const;
  const logits = network.add("transposed_conv", { channels: 2, ...whole, ...learned }, [code]);
  return network.finish(network.softmax(logits));
}

describe.each(everywhere)("a session on %s", (engine) => {
  it.each([
    ["the operations of pyramids, AlexNet and super-resolution", pyramid],
    ["a fully connected encoder and decoder", fullyConnected],
  ])("trains %s, without keeping tensors", async (_title, graph) => {
    const session = await openSession(engine, graph(), { optimizer: sgd({ learningRate: 0.05 }) });
    const before = (await session.evaluate(feed(images), target(labels))).loss;
    const allocations = session.allocations();
    for (let i = 0; i < 30; i++) await session.step(feed(images), target(labels), 0.05);
    expect(session.allocations()).toBe(allocations);
    expect((await session.evaluate(feed(images), target(labels))).loss).toBeLessThan(before / 2);
  });
});
