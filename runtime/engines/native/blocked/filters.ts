/** Filters of blocked convolutions, from weights in the orders they are stored in: whole blocks are moved wherever they can be. */
import { int } from "../../../../compiler/onnx/attribute.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { filled } from "../filled.ts";
import type { Lowered } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";

/** Taps in the reverse order; they are axis `axis`. */
function turned(graph: OnnxGraph, x: OnnxValue, axis: number): OnnxValue {
  const taps = x.shape[axis] ?? 1;
  if (taps === 1) return x;
  const places = graph.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
  return graph.once(`${x.name} turned along ${axis}`, () =>
    graph.apply("Gather", [x, places], x.shape, { axis: int(axis) }),
  );
}

/**
 * Of the convolution itself: [outputs / block, inputs / block, taps, block of inputs, block of outputs], or where the inputs are fewer
 * than a block, and not blocked, [outputs / block, inputs, taps, block of outputs]. What fills no block is padded with zeros.
 */
export function forwardFilter(
  graph: OnnxGraph,
  weight: Lowered,
  block: number,
  isBlocked: boolean,
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  const taps = rows * columns;
  const few = !isBlocked;
  const [allOutputs, allInputs] = [filled(outputs, block), few ? inputs : filled(inputs, block)];
  const shape = [allOutputs, allInputs, rows, columns];
  const { stored } = weight.parts;
  if (stored?.order.kind === "taps" && inputs === allInputs) {
    const { value } = stored;
    const parts = graph.reshape(
      value,
      few ? [inputs, outputs / block, taps, block] : [inputs / block, block, outputs / block, taps, block],
    );
    return graph.reshape(graph.transpose(parts, few ? [1, 0, 2, 3] : [2, 0, 3, 1, 4]), shape);
  }
  if (stored?.order.kind === "turned" && !few) {
    const padded = graph.pad(stored.value, [0, 0, 0, 0], [allOutputs - outputs, 0, 0, 0]);
    const parts = graph.reshape(padded, [allOutputs / block, block, inputs * taps]);
    const swapped = graph.transpose(parts, [0, 2, 1]);
    return graph.reshape(
      turned(graph, graph.reshape(swapped, [(allOutputs * inputs) / block / block, taps, block * block]), 1),
      shape,
    );
  }
  const whole = graph.reshape(
    graph.pad(weight.value, [0, 0, 0, 0], [allOutputs - outputs, allInputs - inputs, 0, 0]),
    few
      ? [allOutputs / block, block, inputs, taps]
      : [allOutputs / block, block, allInputs / block, block, taps],
  );
  return graph.reshape(graph.transpose(whole, few ? [0, 2, 3, 1] : [0, 2, 4, 3, 1]), shape);
}

/**
 * Of the convolution from the outputs' gradient to the inputs', at stride 1: [inputs / block, outputs / block, turned taps, block of
 * outputs, block of inputs], or where the outputs are fewer than a block, and not blocked, [inputs / block, outputs, turned taps, block
 * of inputs]. What fills no block is padded with zeros.
 */
export function backwardFilter(
  graph: OnnxGraph,
  weight: Lowered,
  block: number,
  isBlocked: boolean,
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  const taps = rows * columns;
  const few = !isBlocked;
  const [allOutputs, allInputs] = [few ? outputs : filled(outputs, block), filled(inputs, block)];
  const shape = [allInputs, allOutputs, rows, columns];
  const { stored } = weight.parts;
  const fills = outputs === allOutputs && inputs === allInputs;
  if (stored?.order.kind === "turned" && fills) {
    const { value } = stored;
    const parts = graph.reshape(
      value,
      few ? [outputs, inputs / block, taps, block] : [outputs / block, block, inputs / block, taps, block],
    );
    return graph.reshape(graph.transpose(parts, few ? [1, 0, 2, 3] : [2, 0, 3, 1, 4]), shape);
  }
  if (stored?.order.kind === "taps" && fills && !few) {
    const swapped = graph.transpose(
      graph.reshape(stored.value, [inputs / block, block, outputs * taps]),
      [0, 2, 1],
    );
    return graph.reshape(
      turned(graph, graph.reshape(swapped, [(inputs * outputs) / block / block, taps, block * block]), 1),
      shape,
    );
  }
  const whole = graph.reshape(
    graph.pad(weight.value, [0, 0, 0, 0], [allOutputs - outputs, allInputs - inputs, 0, 0]),
    few
      ? [outputs, allInputs / block, block, taps]
      : [allOutputs / block, block, allInputs / block, block, taps],
  );
  const parts = turned(graph, whole, few ? 3 : 4);
  return graph.reshape(graph.transpose(parts, few ? [1, 0, 3, 2] : [2, 0, 4, 1, 3]), shape);
}

/** Of a 1×1 convolution from [few outputs] of a transposed one to all its taps: [taps · inputs / block, outputs / block, …]. */
export function shuffledFilter(graph: OnnxGraph, weight: Lowered, block: number): OnnxValue {
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  const many = rows * columns * inputs;
  const flat = graph.reshape(shuffled(graph, weight), [outputs / block, block, many / block, block]);
  return graph.reshape(graph.transpose(flat, [2, 0, 1, 3]), [many, outputs, 1, 1]);
}

/** Of the 1×1 convolution back. */
export function unshuffledFilter(graph: OnnxGraph, weight: Lowered, block: number): OnnxValue {
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  const many = rows * columns * inputs;
  const flat = graph.reshape(shuffled(graph, weight), [outputs / block, block, many]);
  return graph.reshape(graph.transpose(flat, [0, 2, 1]), [outputs, many, 1, 1]);
}

/** [outputs, taps, inputs] */
function shuffled(graph: OnnxGraph, weight: Lowered): OnnxValue {
  const { stored } = weight.parts;
  if (stored?.order.kind === "shuffled") return stored.value;
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  return graph.transpose(graph.reshape(weight.value, [outputs, inputs, rows * columns]), [0, 2, 1]);
}

/** A weight, or a gradient, in the graph's order: [outputs, inputs, kernel]. */
export function inGraphOrder(
  graph: OnnxGraph,
  {
    order,
    value,
  }: { readonly order: { readonly kind: "taps" | "turned" | "shuffled" }; readonly value: OnnxValue },
  shape: readonly number[],
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  if (order.kind === "taps") {
    const moved = graph.transpose(value, [1, 3, 0, 2]);
    return graph.reshape(moved, [outputs, inputs, rows, columns]);
  }
  if (order.kind === "turned") {
    const moved = graph.reshape(graph.transpose(value, [0, 1, 3, 2]), [outputs, inputs, taps]);
    return graph.reshape(turned(graph, moved, 2), shape);
  }
  return graph.reshape(graph.transpose(value, [0, 2, 1]), shape);
}

/** A gradient in the order that its weight is stored in. */
export function inStoredOrder(
  graph: OnnxGraph,
  value: OnnxValue,
  shape: readonly number[],
  { kind, block }: { readonly kind: "taps" | "turned" | "shuffled"; readonly block: number },
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  if (kind === "taps") {
    return graph.transpose(graph.reshape(value, [outputs / block, block, inputs, taps]), [2, 0, 3, 1]);
  }
  if (kind === "turned") {
    const around = turned(graph, graph.reshape(value, [outputs, inputs, taps]), 2);
    return graph.transpose(graph.reshape(around, [outputs, inputs / block, block, taps]), [0, 1, 3, 2]);
  }
  return graph.transpose(graph.reshape(value, [outputs, inputs, taps]), [0, 2, 1]);
}
