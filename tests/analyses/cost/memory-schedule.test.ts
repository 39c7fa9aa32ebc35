import { describe, expect, it } from "vitest";
import {
  largestBatch,
  layerMemory,
  type MemoryChange,
  type MemoryPhase,
  type MemorySchedule,
  memoryPeak,
} from "../../../compiler/analyses/cost/memory-schedule.ts";

/** Takes or gives back; bytes at any batch, and for each image. */
const change = (
  allocation: number,
  fixed: number,
  perImage: number,
  phase: MemoryPhase = "forward",
  node: number | undefined = 1,
): MemoryChange => ({ allocation, fixed, perImage, phase, node });

/** Node 1 makes a map of 10 an image and needs 100 while it runs; node 2 another of 20; its gradient takes 5 more. */
const schedule: MemorySchedule = {
  weights: 1000,
  moments: 500,
  kept: 50,
  changes: [
    change(1, 100, 0),
    change(2, 0, 10),
    change(1, -100, 0),
    change(3, 0, 20, "forward", 2),
    change(4, 0, 5, "backward", 2),
    change(3, 0, -20, "backward", 2),
    change(4, 0, -5, "backward", 1),
    change(2, 0, -10, "update", undefined),
  ],
};

describe("memoryPeak", () => {
  it("is the most live bytes, what is held throughout among them, and when that is", () => {
    expect(memoryPeak(schedule, 2)).toEqual({ bytes: 1550 + 100 + 20, phase: "forward", node: 1 });
  });

  it("moves to another moment as the batch grows", () => {
    expect(memoryPeak(schedule, 100)).toEqual({ bytes: 1550 + 3500, phase: "backward", node: 2 });
  });

  it("is what is held throughout where nothing is taken", () => {
    expect(memoryPeak({ ...schedule, changes: [] }, 4).bytes).toBe(1550);
  });
});

it("what has a bound does not grow beyond it", () => {
  const bounded = { ...change(9, 0, 1000), most: 2500 };
  const freed = { ...change(9, 0, -1000), most: 2500 };
  const alone = { ...schedule, changes: [bounded, freed, change(10, 1, 0)] };
  expect([1, 2, 3, 100].map((batch) => memoryPeak(alone, batch).bytes - 1550)).toEqual([
    1000, 2000, 2500, 2500,
  ]);
});

describe("layerMemory", () => {
  it("gives what each layer keeps to the end of the forward pass, and the live bytes while it and its gradient run", () => {
    const layers = layerMemory(schedule, 3);
    expect(layers.get(1)).toEqual({ kept: 30, forward: 1550 + 130, backward: 1550 + 30 });
    expect(layers.get(2)).toEqual({ kept: 60, forward: 1550 + 90, backward: 1550 + 105 });
  });
});

describe("largestBatch", () => {
  it.each([1, 2, 3, 7, 50, 1000])("is %i where that many fit and one more does not", (batch) => {
    expect(largestBatch(schedule, memoryPeak(schedule, batch).bytes)).toBe(
      // up to 4 images the 100 bytes of node 1 are the most
      batch,
    );
    expect(largestBatch(schedule, memoryPeak(schedule, batch + 1).bytes - 1)).toBe(batch);
  });

  it("is 0 where one image does not fit", () => {
    expect(largestBatch(schedule, 1000)).toBe(0);
  });
});
