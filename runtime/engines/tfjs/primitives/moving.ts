/** Primitives that move values without computing. */

import { runOwnKernel } from "../kernels/own-kernel.ts";
import type { Tensor } from "../types.ts";
import type { PrimitiveKernels } from "./kernel-call.ts";

function only(operands: readonly Tensor[]): Tensor {
  const [x] = operands;
  if (x === undefined) throw new Error("an operand is missing");
  return x;
}

export const slice: PrimitiveKernels<"slice"> = (call) => {
  const { tf, attributes } = call;
  const { order, shape, type } = call.asStored(0);
  const start = order.map((axis) => attributes.start[axis] ?? 0);
  const size = order.map((axis) => attributes.size[axis] ?? 1);
  const others = order.slice(0, -1).every((axis) => attributes.size[axis] === shape[axis]);
  return {
    results: [{ order }],
    run: (operands) => {
      const x = only(operands);
      const channels = { first: start.at(-1) ?? 0, count: size.at(-1) ?? 1 };
      const own =
        order.length === 4 && others && type === "float32"
          ? runOwnKernel<Tensor>(tf, "PartChannels", { x }, channels)
          : undefined;
      return [own ?? (x.rank === 0 ? x : tf.slice(x, start, size))];
    },
  };
};

export const pad: PrimitiveKernels<"pad"> = (call) => {
  const { tf, attributes } = call;
  const { order } = call.asStored(0);
  const margins = order.map((axis): [number, number] => [
    attributes.before[axis] ?? 0,
    attributes.after[axis] ?? 0,
  ]);
  return {
    results: [{ order }],
    run: (operands) => {
      const x = only(operands);
      return [x.rank === 0 ? x : tf.pad(x, margins)];
    },
  };
};

export const concat: PrimitiveKernels<"concat"> = (call) => {
  const {
    tf,
    attributes: { axis },
  } = call;
  const { order, type } = call.asStored(0);
  for (let i = 1; i < call.operands.length; i++) call.take(i, order);
  const place = order.indexOf(axis);
  return {
    results: [{ order }],
    run: (operands) => {
      const own =
        order.length === 4 && place === 3 && type === "float32"
          ? runOwnKernel<Tensor>(tf, "JoinChannels", Object.fromEntries(operands.entries()), {})
          : undefined;
      return [own ?? tf.concat([...operands], place)];
    },
  };
};
