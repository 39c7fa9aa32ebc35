import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "../../runtime/metrics/confusion.ts";

const abc = ["a", "b", "c"];

describe("the confusion matrix", () => {
  it("gives the metrics of Long et al. for a case counted by hand", () => {
    const matrix = new ConfusionMatrix(abc);
    //          labels: a a a a  b b b  c c c
    matrix.add([0, 0, 0, 1, 1, 1, 2, 2, 0, 0], [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(matrix.counts()).toEqual([
      [3, 1, 0],
      [0, 2, 1],
      [2, 0, 1],
    ]);
    expect(matrix.pixelAccuracy()).toBe(6 / 10);
    expect(matrix.meanAccuracy()).toBeCloseTo((3 / 4 + 2 / 3 + 1 / 3) / 3, 15);
    expect(matrix.iou()).toEqual([3 / 6, 2 / 4, 1 / 4]);
    expect(matrix.meanIoU()).toBeCloseTo((3 / 6 + 2 / 4 + 1 / 4) / 3, 15);
    expect(matrix.frequencyWeightedIoU()).toBeCloseTo((4 * (3 / 6) + 3 * (2 / 4) + 3 * (1 / 4)) / 10, 15);
  });

  it("leaves ignored pixels out", () => {
    const matrix = new ConfusionMatrix(abc);
    matrix.add([0, 1, 2, 2], [0, -1, -1, 2]);
    expect(matrix.pixels).toBe(2);
    expect(matrix.pixelAccuracy()).toBe(1);
  });

  it("gives an absent class no IoU and leaves it out of the means", () => {
    const matrix = new ConfusionMatrix(abc);
    matrix.add([0, 0, 1, 1], [0, 0, 1, 0]);
    expect(matrix.iou()).toEqual([2 / 3, 1 / 2, null]);
    expect(matrix.meanIoU()).toBeCloseTo((2 / 3 + 1 / 2) / 2, 15);
    expect(matrix.meanAccuracy()).toBeCloseTo((2 / 3 + 1) / 2, 15);
    expect(JSON.stringify([matrix.measures(), matrix.report()])).not.toContain("NaN");
  });

  it("counts a class that is predicted but never labelled as IoU 0, and not in the mean accuracy", () => {
    const matrix = new ConfusionMatrix(abc);
    matrix.add([0, 2], [0, 0]);
    expect(matrix.iou()).toEqual([1 / 2, null, 0]);
    expect(matrix.accuracy()).toEqual([1 / 2, null, null]);
    expect(matrix.meanIoU()).toBe(1 / 4);
    expect(matrix.meanAccuracy()).toBe(1 / 2);
  });

  it("has no metric when nothing was counted", () => {
    const matrix = new ConfusionMatrix(["a", "b"]);
    expect({ ...matrix.measures(), ...matrix.report() }).toMatchObject({
      pixel_accuracy: null,
      mean_accuracy: null,
      mean_iou: null,
      frequency_weighted_iou: null,
      pixels: 0,
    });
  });

  it("merges to what counting everything in one matrix gives", () => {
    const first = new ConfusionMatrix(abc);
    const second = new ConfusionMatrix(abc);
    const whole = new ConfusionMatrix(abc);
    first.add([0, 1], [0, 2]);
    second.add([2, 2], [1, -1]);
    whole.add([0, 1, 2, 2], [0, 2, 1, -1]);
    first.merge(second);
    expect(first.report()).toEqual(whole.report());
    expect(first.measures()).toEqual(whole.measures());
    expect(() => first.merge(new ConfusionMatrix(["a"]))).toThrow(RangeError);
  });

  it("refuses a value that is no class, and counts nothing of that call", () => {
    const matrix = new ConfusionMatrix(abc);
    expect(() => matrix.add([0, 3], [0, 0])).toThrow(RangeError);
    expect(() => matrix.add([0, 0], [0, 255])).toThrow(RangeError);
    expect(() => matrix.add([0], [0, 0])).toThrow(RangeError);
    expect(matrix.pixels).toBe(0);
  });
});
