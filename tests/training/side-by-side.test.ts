import { expect, it } from "vitest";
import type { Raster } from "../../runtime/images/raster.ts";
import { sideBySide } from "../../tools/benchmarks/staged-training/side-by-side.ts";
import { comparisons, epochsOf, stages } from "../../tools/benchmarks/staged-training/stages.ts";

const plain = (value: number, width = 2): Raster => ({
  width,
  height: 1,
  channels: 3,
  fullScale: 255,
  data: new Uint8Array(3 * width).fill(value),
});

it("lays images out in rows and columns with white between them", () => {
  const { width, height, data } = sideBySide([
    [plain(10), plain(20)],
    [plain(30), plain(40)],
  ]);
  expect([width, height]).toEqual([2 + 8 + 2, 1 + 8 + 1]);
  const red = (x: number, y: number) => data[3 * (y * width + x)];
  expect([red(0, 0), red(2, 0), red(10, 0), red(0, 5), red(1, 9), red(11, 9)]).toEqual([
    10, 255, 20, 255, 30, 40,
  ]);
});

it("refuses images of different sizes", () => {
  expect(() => sideBySide([[plain(10), plain(20, 3)]])).toThrow("not RGB of one size");
});

it("gives FCN-8s all at once as many epochs as the three stages have together", () => {
  const staged = stages.reduce((sum, stage) => sum + epochsOf(stage, 30), 0);
  const [atOnce] = comparisons;
  expect(atOnce && epochsOf(atOnce, 30)).toBe(staged);
});
