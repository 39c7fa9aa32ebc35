import { expect, it } from "vitest";
import { engineShape, fromEngineLayout, toEngineLayout } from "../../../runtime/engines/tfjs/layout.ts";

const counted = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

it("turns [outputs, inputs, height, width] into [height, width, inputs, outputs]", () => {
  const weight = counted([2, 3, 4, 5]);
  const { shape, data } = toEngineLayout("weight", weight);
  expect(shape).toEqual([4, 5, 3, 2]);
  expect(engineShape("weight", weight.shape)).toEqual([4, 5, 3, 2]);
  // o = 1, i = 2, y = 3, x = 4 is the last of both; o = 1, i = 0, y = 2, x = 1 is not.
  expect(data[((2 * 5 + 1) * 3 + 0) * 2 + 1]).toBe(((1 * 3 + 0) * 4 + 2) * 5 + 1);
});

it("brings a kernel back unchanged", () => {
  const weight = counted([4, 3, 2, 5]);
  expect(fromEngineLayout("weight", toEngineLayout("weight", weight))).toEqual(weight);
});

it("leaves biases and running statistics as they are", () => {
  const bias = counted([7]);
  expect(toEngineLayout("bias", bias)).toBe(bias);
  expect(fromEngineLayout("running_mean", bias)).toBe(bias);
});
