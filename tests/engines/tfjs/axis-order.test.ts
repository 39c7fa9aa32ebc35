import fc from "fast-check";
import { expect, it } from "vitest";
import {
  axisStrides,
  channelsLast,
  filterOrder,
  reordered,
  reshapedOrder,
  rowMajor,
  storedShape,
} from "../../../runtime/engines/tfjs/axis-order.ts";

it("a filter is stored as TensorFlow.js convolves with it", () => {
  const shape = [2, 3, 4, 5];
  const data = Float32Array.from({ length: 120 }, (_, i) => i);
  const stored = reordered(data, shape, rowMajor(shape), filterOrder);
  expect(storedShape({ shape, order: filterOrder })).toEqual([4, 5, 3, 2]);
  // o = 1, i = 0, y = 2, x = 1
  expect(stored[((2 * 5 + 1) * 3 + 0) * 2 + 1]).toBe(((1 * 3 + 0) * 4 + 2) * 5 + 1);
  expect(reordered(stored, shape, filterOrder, rowMajor(shape))).toEqual(data);
});

it("a reshape of a map with its channels last keeps the elements in their places where it can", () => {
  const map = { shape: [2, 12, 3, 5], order: channelsLast };
  // groups of channels
  expect(reshapedOrder(map, [2, 3, 4, 15])).toEqual([0, 3, 1, 2]);
  // channels that become positions
  expect(reshapedOrder(map, [2, 3, 2, 2, 3, 5])).toEqual([0, 4, 5, 1, 2, 3]);
  expect(reshapedOrder({ shape: [2, 12, 1, 1], order: channelsLast }, [2, 12])).toEqual([0, 1]);
  // rows and channels do not lie beside each other
  expect(reshapedOrder(map, [2, 36, 5])).toBeUndefined();
});

it("where elements keep their places, reading them by the new shape gives the reshaped values", () => {
  const extents = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(extents, fc.nat(), (shape, seed) => {
      const axes = shape.map((_, axis) => axis);
      const order = axes.toSorted((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5));
      const count = shape.reduce((product, extent) => product * extent, 1);
      const to = seed % 2 === 0 ? [count] : [...shape.slice(0, 1), 1, ...shape.slice(1)];
      const found = reshapedOrder({ shape, order }, to);
      if (found === undefined) return;
      expect(found.toSorted((a, b) => a - b)).toEqual(to.map((_, axis) => axis));
      const data = Float32Array.from({ length: count }, (_, i) => i);
      const stored = reordered(data, shape, rowMajor(shape), order);
      expect(reordered(stored, to, found, rowMajor(to))).toEqual(data);
      expect(axisStrides({ shape: to, order: found })).toHaveLength(to.length);
    }),
    { seed: 20261121 },
  );
});
