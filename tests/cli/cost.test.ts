import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fcn } from "./run-fcn.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-cost-"));
  writeFileSync(
    join(folder, "seg.fcn"),
    `network Seg(classes = 2) {
  input image [3, H, W]
  conv(8, 3x3) relu as top
  maxpool(2)
  conv(16, 3x3) relu
  upsample(2, learned, channels = 8)
  skip top by concat
  conv(classes, 1x1)
  output labels by softmax
}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cost = async (...words: readonly string[]) => costOn("cpu", ...words);

const costOn = async (engine: string, ...words: readonly string[]) =>
  fcn(folder, "cost", "seg.fcn", "--engine", engine, ...words);

describe("fcn cost", () => {
  it("says what prediction and training hold, and the largest batch", async () => {
    const { status, out } = await cost("--size", "64x64", "--batch", "2", "--memory", "100MB");
    expect(status).toBe(0);
    expect(out).toContain("Seg at H = 64, W = 64, batch 2, engine cpu");
    for (const row of ["weights", "optimizer state", "peak at", "largest batch in 100 MB"]) {
      expect(out).toContain(`  ${row} `);
    }
    expect(out).toMatch(/^maxpool1 +maxpool /m);
  });

  it("prints what recomputation in the backward pass saves, and how many operations it adds", async () => {
    const words = ["--size", "64x64", "--batch", "2"] as const;
    const { out } = await costOn("wasm", ...words);
    expect(out).toMatch(
      /peak \(training\) with recomputation +more operations\n +[\d.]+ [kM]B +(less than 1|\d+)%\n/,
    );
    const { train, recomputation } = JSON.parse((await costOn("wasm", ...words, "--json")).out);
    const peaks = [train.peak, ...recomputation.map(({ peak }: { peak: number }) => peak)];
    expect(peaks.length).toBeGreaterThan(1);
    expect(peaks).toEqual(peaks.toSorted((a, b) => b - a));
  });

  it("gives the same as JSON, in bytes; the largest batch is the last that fits", async () => {
    const at = async (batch: number) =>
      JSON.parse((await cost("--size", "64x64", "--batch", `${batch}`, "--memory", "20MB", "--json")).out);
    const one = await at(1);
    // 3·8·9 + 8, 8·16·9 + 16, 16·8·4 + 8, 16·2 + 2
    expect(one.parameters).toBe(224 + 1168 + 520 + 34);
    expect(one.predict.weights).toBe(4 * one.parameters);
    expect(one.train.moments).toBe(8 * one.parameters);
    const most: number = one.train.largestBatch;
    expect((await at(most)).train.peak).toBeLessThanOrEqual(20e6);
    expect((await at(most + 1)).train.peak).toBeGreaterThan(20e6);
    // every map once: [8, 64, 64]
    expect(one.layers[0]).toMatchObject({ name: "conv1", op: "conv", map: 4 * 8 * 64 * 64 });
  });

  it("estimates the time when asked, and says from what", async () => {
    const words = ["--size", "64x64", "--batch", "2", "--time"] as const;
    const { out } = await costOn("wasm", ...words);
    expect(out).toMatch(/estimated time: about \d+ (ms|s) for inference on the batch, about \d+ (ms|s) for/);
    expect(out).toMatch(
      /the speed of a small network on this engine: .*MACs\/s in inference, .*MACs\/s in training/,
    );
    const { time, macs } = JSON.parse((await costOn("wasm", ...words, "--json")).out);
    expect(time.train).toBeCloseTo((2 * macs) / time.rates.train, 9);
  });

  it("refuses a size that the network does not take, and an amount that is none", async () => {
    const odd = await cost("--size", "63x64");
    expect(odd).toMatchObject({ status: 1, out: "" });
    expect(odd.err).toContain("the nearest accepted are 62 and 64");
    for (const words of ["much", "8"]) {
      const amount = await cost("--size", "64x64", "--memory", words);
      expect(amount.status).toBe(2);
      expect(amount.err).toContain("write a number and a unit, e.g. --memory 8GB");
    }
  });

  it("refuses a size whose input or output no array could hold", async () => {
    const vast = await cost("--size", "100000000x100000000");
    expect(vast).toMatchObject({ status: 1, out: "" });
    expect(vast.err).toContain('error: "image" alone would be 30,000,000,000,000,000 numbers');
    const wide = await cost("--size", "10000x10000", "--set", "classes=100000");
    expect(wide).toMatchObject({ status: 1, out: "" });
    expect(wide.err).toContain("error: an output alone would be 10,000,000,000,000 numbers");
  });
});
