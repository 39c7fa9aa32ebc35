/** A group of steps by TensorFlow.js's own operations, for backends whose tensors are not arrays of this process. */
import type { AxisOrder } from "../axis-order.ts";
import { channelSum } from "../composed/channelwise.ts";
import type { Tensor, Tensor4D, TensorFlow } from "../types.ts";
import { pointwiseFunctions } from "./functions.ts";
import type { Group, GroupResult, Operand } from "./group.ts";

/** @param leaves of their stored shapes. To be called within a scope. */
export function composeGroup(tf: TensorFlow, group: Group, leaves: readonly Tensor[]): Tensor[] {
  const { shape, order } = group;
  const aligned = leaves.map((tensor, i) => {
    const leaf = group.leaves[i];
    if (leaf === undefined) throw new Error(`the loop has no operand ${i}`);
    const first = shape.length - leaf.shape.length;
    // the axes that it lacks come first, of extent 1
    const own = order.filter((axis) => axis >= first).map((axis) => axis - first);
    const turned = turn(tf, tensor, leaf.order, own);
    return tf.reshape(
      turned,
      order.map((axis) => leaf.shape[axis - first] ?? 1),
    );
  });
  const nodes: Tensor[] = [];
  const tensorOf = (operand: Operand | undefined, integer: boolean): Tensor => {
    if (operand === undefined) return tf.scalar(0);
    if (operand.kind === "number") return tf.scalar(operand.value, integer ? "int32" : "float32");
    const found = (operand.kind === "leaf" ? aligned : nodes)[operand.place];
    if (found === undefined) throw new Error(`the loop has no ${operand.kind} ${operand.place}`);
    return found;
  };
  for (const { step, operands } of group.nodes) {
    const integer = operands.some((one, i) => {
      const counts = step.primitive !== "select" || i > 0;
      return counts && one.kind !== "number" && tensorOf(one, false).dtype !== "float32";
    });
    const [a, b, c] = [0, 1, 2].map((place) =>
      tensorOf(operands[place], step.primitive === "select" && place === 0 ? true : integer),
    );
    if (a === undefined || b === undefined || c === undefined) throw new Error("three operands at most");
    const plain = (x: Tensor): Tensor => (x.dtype === "bool" ? tf.cast(x, "int32") : x);
    const condition = step.primitive === "select" || step.primitive === "convert" ? a : plain(a);
    nodes.push(pointwiseFunctions[step.primitive].composed(tf, step, condition, plain(b), plain(c)));
  }
  return group.results.map((result) => {
    const found = tensorOf(result.of, result.type === "int32");
    const whole = order.map((axis) => shape[axis] ?? 1);
    const full = repeated(tf, found, whole);
    return result.reduced === undefined
      ? turn(tf, full, order, result.order)
      : reduce(tf, group, result, full);
  });
}

function repeated(tf: TensorFlow, x: Tensor, shape: number[]): Tensor {
  if (x.shape.length === shape.length && x.shape.every((extent, axis) => extent === shape[axis])) return x;
  const aligned = x.rank === shape.length ? x : tf.reshape(x, [...shape.map(() => 1)]);
  // WebGPU repeats no integers
  const repeats = tf.broadcastTo(aligned.dtype === "float32" ? aligned : tf.cast(aligned, "float32"), shape);
  return tf.cast(repeats, x.dtype);
}

function turn(tf: TensorFlow, x: Tensor, from: AxisOrder, to: AxisOrder): Tensor {
  const places = to.map((axis) => from.indexOf(axis));
  return places.every((place, i) => place === i) ? x : tf.transpose(x, places);
}

function reduce(tf: TensorFlow, { shape, order }: Group, result: GroupResult, x: Tensor): Tensor {
  const axes = order.flatMap((axis, place) => (result.shape[axis] === shape[axis] ? [] : [place]));
  const reduced =
    result.reduced === "max"
      ? tf.max(x, axes, true)
      : // over everything but the last of four: by products, which round less
        x.rank === 4 && axes.join() === "0,1,2"
        ? tf.reshape(channelSum(tf, x as Tensor4D), [1, 1, 1, x.shape[3] ?? 1]) // rank 4
        : tf.sum(x, axes, true);
  return turn(tf, reduced, order, result.order);
}
