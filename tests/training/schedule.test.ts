import { describe, expect, it } from "vitest";
import { learningRate } from "../../runtime/training/schedule.ts";

describe("the learning rate", () => {
  it("stays where it is without a schedule", () => {
    expect(learningRate({ kind: "constant" }, 0.01, 99, 100)).toBe(0.01);
  });

  it("falls as rate · (1 − step / steps) ^ power, from the whole rate at the first step", () => {
    const at = (step: number) => learningRate({ kind: "poly", power: 2 }, 0.8, step, 10);
    expect(at(0)).toBe(0.8);
    expect(at(5)).toBeCloseTo(0.2, 12);
    expect(at(9)).toBeCloseTo(0.008, 12);
  });

  it("is zero and not below when a resumed run has fewer steps than were made", () => {
    expect(learningRate({ kind: "poly", power: 0.9 }, 0.8, 12, 10)).toBe(0);
  });
});
