/** TensorFlow.js frees no tensor by itself: a session holds as many after a call as before it. */
import { describe, expect, it } from "vitest";
import { discs, feed, randomLabels, target } from "../batches.ts";
import { oneConvolution, smallSegNet, smallUNet } from "../graphs.ts";
import { adam, everywhere, openSession } from "../sessions.ts";

const { images, labels } = discs(5, 3, 12);

describe.each(everywhere)("a session on %s", (engine) => {
  it.each([
    ["U-Net", smallUNet(8)],
    ["SegNet", smallSegNet(8)],
  ])(
    "of a small %s holds the same number of tensors after every step, evaluation and prediction",
    async (_, graph) => {
      const session = await openSession(engine, graph, { optimizer: adam() });
      await session.readWeights(); // which draws them
      const before = session.allocations();
      for (let i = 0; i < 3; i++) {
        await session.step(feed(images), target(labels), 0.1);
        await session.evaluate(feed(images), target(labels));
        await session.predict(feed(images));
        await session.gradients(feed(images), target(labels));
        expect(session.allocations()).toBe(before);
      }
    },
  );

  it("holds as many after a step whose loss is not finite, and after one that is refused", async () => {
    const loss = { reduction: "sum" } as const;
    const session = await openSession(engine, smallSegNet(), { optimizer: adam(), loss });
    const bias = { shape: [2], data: Float32Array.of(Number.POSITIVE_INFINITY, 0) };
    await session.writeWeights(new Map([["conv4.bias", bias]]));
    await session.readWeights();
    const before = session.allocations();
    await expect(session.step(feed(images), target(labels), 0.1)).rejects.toThrow("not change");
    expect(session.allocations()).toBe(before);
    const wrong = target(randomLabels(1, [3, 12, 10], 2));
    await expect(session.step(feed(images), wrong, 0.1)).rejects.toThrow("[3, 12, 10]");
    expect(session.allocations()).toBe(before);
  });

  it("gives back all it held when closed, and refuses what had not begun", async () => {
    const other = await openSession(engine, oneConvolution());
    await other.readWeights();
    const before = other.allocations();
    const session = await openSession(engine, smallUNet(), { optimizer: adam() });
    await session.step(feed(images), target(labels), 0.1);
    const step = session.step(feed(images), target(labels), 0.1);
    session.close();
    await expect(step).rejects.toThrow("the session is closed");
    await other.readWeights(); // its turn comes after the closing
    expect(other.allocations()).toBe(before);
  });
});
