import { describe, expect, it } from "vitest";
import type { MapBatch, TargetBatch } from "../../runtime/arrays.ts";
import type { Engine, Session } from "../../runtime/engines/engine.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { UserError } from "../../runtime/user-error.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** A branch of one value a channel for each image, which `norm` normalises. */
const pooled = (norm: string) =>
  compileNetwork(`network Net(classes = 2) {
    input image [3, H, W]
    conv(4, 3x3) relu as map
    avgpool(global) conv(4, 1x1) ${norm} relu upsample(to = map, nearest)
    skip map by concat
    conv(classes, 1x1)
    output labels by softmax
  }`).graph;

function batchOf(images: number): [ReadonlyMap<string, MapBatch>, ReadonlyMap<string, TargetBatch>] {
  const data = Float32Array.from({ length: images * 4 * 4 * 3 }, (_, i) => Math.sin(i));
  const labels = Int32Array.from({ length: images * 4 * 4 }, (_, i) => i % 2);
  return [
    new Map([["image", { data, shape: [images, 4, 4, 3] }]]),
    new Map([["labels", { kind: "labels", data: labels, shape: [images, 4, 4] }]]),
  ];
}

function open(engine: Engine, norm: string): Promise<Session> {
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  return engine.open(pooled(norm), {
    seed: 1,
    training: {
      outputs: new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" }]]),
      optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
    },
  });
}

describe.each(["wasm", "cpu", "native"] as const)("a training step on %s", (name) => {
  it("that would normalise a single value is refused by the layer's name, and leaves every weight as it was", async () => {
    const session = await open(await loadEngine(name), "batchnorm as squeeze");
    const before = await session.readWeights();
    const step = session.step(...batchOf(1), 0.1);
    await expect(step).rejects.toThrow(UserError);
    await expect(step).rejects.toThrow('"squeeze" (batchnorm) would normalise a single value');
    expect(await session.readWeights()).toEqual(before);
    expect((await session.predict(batchOf(1)[0])).get("labels")?.shape).toEqual([1, 4, 4, 2]);
    await session.step(...batchOf(2), 0.1);
    session.close();
  });

  it.each(["instancenorm as squeeze", "groupnorm(4) as squeeze"])(
    "is refused with %s whatever the batch",
    async (norm) => {
      const session = await open(await loadEngine(name), norm);
      await expect(session.step(...batchOf(2), 0.1)).rejects.toThrow('"squeeze"');
      session.close();
    },
  );

  it.each(["batchnorm(frozen)", "groupnorm(2)"])("of one image is made with %s", async (norm) => {
    const session = await open(await loadEngine(name), norm);
    expect((await session.step(...batchOf(1), 0.1)).loss).toBeGreaterThan(0);
    session.close();
  });
});
