/** Weights in the orders of their gradients: every element is where the order's shape says, and comes back. */
import { expect, it } from "vitest";
import {
  fromStored,
  storedShape,
  toStored,
  type WeightOrder,
} from "../../../runtime/engines/native/weight-order.ts";

const kinds = ["taps", "turned"] as const;
const besides = [1, 4];
const orders = kinds.flatMap((kind) => besides.map((beside): WeightOrder => ({ kind, block: 4, beside })));

it.each(orders)("$kind, $beside beside each other", (order) => {
  const shape = [8, 12, 3, 2];
  const [outputs = 0, inputs = 0, rows = 0, columns = 0] = shape;
  const taps = rows * columns;
  const data = Float32Array.from({ length: outputs * inputs * taps }, (_, i) => i + 1);
  const stored = data.slice();
  toStored(stored, shape, order);
  const expected = new Float32Array(data.length);
  const [, ...extents] = storedShape(shape, order);
  const { kind, block, beside } = order;
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let tap = 0; tap < taps; tap++) {
        const [inLines, alone] = kind === "taps" ? [output, input] : [input, output];
        const turned = kind === "taps" ? tap : taps - 1 - tap;
        const place = [Math.floor(inLines / block), turned, alone % beside, inLines % block];
        const at = extents.reduce(
          (sum, extent, axis) => sum * extent + (place[axis] ?? 0),
          Math.floor(alone / beside),
        );
        expected[at] = data[(output * inputs + input) * taps + tap] ?? 0;
      }
  expect([...stored]).toEqual([...expected]);
  expect([...fromStored(stored, shape, order)]).toEqual([...data]);
});
