import { expect, it } from "vitest";
import type { MemorySchedule } from "../../compiler/analyses/cost/memory-schedule.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { memoryGaps } from "../../runtime/engines/memory-gaps.ts";
import { fitImage } from "../../runtime/fit/fit.ts";
import { PredictionMemory, valueBytes } from "../../runtime/prediction/prediction-memory.ts";
import { checkValues } from "../../tools/cli/program/image-too-large.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** 100 bytes for each pixel of the input. */
const forecast = async (
  _graph: unknown,
  { sizes }: Parameters<Engine["forecast"]>[1],
): Promise<MemorySchedule> => {
  const [[height, width] = [0, 0]] = sizes.values();
  const perImage = 100 * height * width;
  const change = { allocation: 0, fixed: 0, perImage, phase: "forward", node: 0 } as const;
  return { weights: 0, moments: 0, kept: 0, changes: [change] };
};
const { graph } = compileNetwork(
  "network N {\n  input image [1, H, W]\n  maxpool(32)\n  upsample(32, nearest)\n  output map\n}\n",
);
const memoryOf = (bytes: number | undefined, largest?: number) =>
  new PredictionMemory(graph, {
    engine: { name: "wasm", forecast, room: undefined, probe: never, open: never },
    device: "CPU",
    bytes,
    ...(largest === undefined ? {} : { largestArray: { bytes: largest, source: "a test" } }),
  });
const never = () => Promise.reject(new Error("a forecast computes nothing"));

it("is the forecast's, at the accepted size around the image", async () => {
  expect(await memoryOf(1e9).bytes([40, 70])).toBe(100 * 64 * 96);
});

it("names the largest image of the same proportions that surely fits: its forecast fits, one row more does not", async () => {
  const room = 1e8;
  const memory = memoryOf(room);
  expect(await memory.fits([3000, 4000], false)).toBe(false);
  const [height = 0, width = 0] = (await memory.largest([3000, 4000])) ?? [];
  expect(width / height).toBeCloseTo(4 / 3, 2);
  expect(await memory.bytes([height, width])).toBeLessThanOrEqual(room / memoryGaps);
  expect(await memory.bytes([height + 1, width + 1])).toBeGreaterThan(room / memoryGaps);
});

it("has none where not the smallest fits, and knows an array that is too large", async () => {
  expect(await memoryOf(1000).largest([300, 400])).toBeUndefined();
  const memory = memoryOf(undefined, 4 * 320 * 320);
  expect(await memory.bytes([321, 320])).toBeUndefined();
  expect(await memory.largest([640, 640])).toEqual([320, 320]);
});

it("counts the values of every output at its positions and at the image's pixels, and refuses what --memory does not hold", () => {
  const halves = compileNetwork(
    "network N {\n  input image [1, H, W]\n  avgpool(2)\n  conv(3, 1x1)\n  output map\n}\n",
  ).graph;
  const fit = fitImage(halves, [40, 70]);
  const bytes = 4 * 3 * (20 * 35 + 40 * 70);
  expect(valueBytes(halves, fit)).toBe(bytes);
  expect(() => checkValues("a.png", halves, fit, bytes)).not.toThrow();
  expect(() => checkValues("a.png", halves, fit, bytes - 1)).toThrow(
    "a.png: the values of a prediction of 40×70 pixels take 42.0 kB, and --memory allows 42.0 kB",
  );
});
