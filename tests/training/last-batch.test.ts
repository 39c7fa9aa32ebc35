import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LastBatch } from "../../compiler/learning/configuration.ts";
import { readSafetensors } from "../../runtime/weights/safetensors.ts";
import { compileNetwork } from "../support/compile-network.ts";
import { scratch, tinyConfiguration, trainTiny } from "./tiny-run.ts";

let folder: string;
let remove: () => void;
beforeAll(async () => {
  ({ path: folder, remove } = await scratch());
});
afterAll(() => remove());

/** Batch normalisation after global pooling: a value a channel for each image of the batch. */
const pooled = compileNetwork(`network Pooled(classes = 2) {
  input image [3, H, W]
  conv(4, 3x3) relu as map
  avgpool(global) conv(4, 1x1) batchnorm as squeeze relu upsample(to = map, nearest)
  skip map by concat
  conv(classes, 1x1)
  output labels by softmax
}`);

/** Sixteen images to train: batches of five leave one. */
const run = (out: string, lastBatch: LastBatch, batch = 5) =>
  trainTiny(folder, out, { configuration: { ...tinyConfiguration, epochs: 2, batch, lastBatch } }, pooled);

describe("the last batch of an epoch", () => {
  it("of one image joins the one before, so that a network with global pooling trains and keeps its variance", async () => {
    expect((await run("joined", "join")).steps).toBe(6);
    const { weights } = await readSafetensors(join(folder, "joined", "weights.safetensors"));
    const variance = weights.get("squeeze.running_variance")?.data ?? [];
    expect(Math.min(...variance)).toBeGreaterThan(0);
  });

  it("is dropped where the train section says so", async () => {
    expect((await run("dropped", "drop")).steps).toBe(6);
    await expect(run("none", "drop", 32)).rejects.toThrow(
      "`last_batch drop` leaves no training batch: a batch has 32 images, and there are 16",
    );
  });

  it("that would normalise a single value is refused before the first step, by the layer's name", async () => {
    for (const attempt of [() => run("kept", "keep"), () => run("single", "join", 1)])
      await expect(attempt()).rejects.toThrow('"squeeze" (batchnorm) would normalise a single value');
    expect(existsSync(join(folder, "kept"))).toBe(false);
    expect(existsSync(join(folder, "single"))).toBe(false);
  });
});
