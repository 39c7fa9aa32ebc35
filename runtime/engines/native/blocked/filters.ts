/** Filters of blocked convolutions, from weights in the orders they are stored in: whole blocks are moved wherever they can be. */
import { int } from "../../../../compiler/onnx/attribute.ts";
import { elementCount, four } from "../../../../compiler/tensors/value.ts";
import { filled } from "../filled.ts";
import { Lowered } from "../lowered.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "../onnx-graph.ts";
import { storedShape, type WeightOrder } from "../weight-order.ts";

interface Stored {
  readonly order: WeightOrder;
  readonly value: OnnxValue;
}

/** Taps in the reverse order; they are axis `axis`. */
export function turned(graph: OnnxGraph, x: OnnxValue, axis: number): OnnxValue {
  const taps = x.shape[axis] ?? 1;
  if (taps === 1) return x;
  const places = graph.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
  return graph.once(`${x.name} turned along ${axis}`, () =>
    graph.apply("Gather", [x, places], x.shape, { axis: int(axis) }),
  );
}

/** [rows / block, block, columns] to [rows / block, columns, block], by the kernel that puts maps in blocks: a Transpose takes five times as long. */
function columnsFirst(graph: OnnxGraph, x: OnnxValue, rows: number, block: number): OnnxValue {
  const shape = [1, rows, 1, elementCount(x.shape) / rows];
  const lines = graph.reshape(x, shape);
  return graph.once(`${lines.name} columns first`, () => {
    const found = graph.apply("ReorderInput", [lines], shape, {}, "float32", blockedDomain);
    return graph.reshape(found, [rows / block, shape[3] ?? 1, block]);
  });
}

/** Blocks of [block, block], each transposed. */
function blocksTransposed(graph: OnnxGraph, x: OnnxValue, block: number): OnnxValue {
  return graph.reshape(columnsFirst(graph, x, elementCount(x.shape) / block, block), x.shape);
}

/** [a / block, b / block, taps, block, block] to [b / block, a / block, taps, block, block]. @param shape [b, a, kernel] */
function blocksSwapped(
  graph: OnnxGraph,
  value: OnnxValue,
  shape: readonly number[],
  block: number,
): OnnxValue {
  const [b, a, rows, columns] = four(shape);
  const parts = graph.reshape(value, [a / block, b / block, rows * columns, block, block]);
  return graph.reshape(graph.transpose(parts, [1, 0, 2, 3, 4]), shape);
}

/** [b / block, a / block, taps, block of b, block of a] to [b / block, a / block, turned taps, block of a, block of b]. @param shape [b, a, kernel] */
function blocksTurned(
  graph: OnnxGraph,
  value: OnnxValue,
  shape: readonly number[],
  block: number,
): OnnxValue {
  const [b, a, rows, columns] = four(shape);
  const parts = graph.reshape(value, [b / block, a / block, rows * columns, block, block]);
  return graph.reshape(turned(graph, blocksTransposed(graph, parts, block), 2), shape);
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
    if (stored.order.beside === block) return blocksSwapped(graph, value, shape, block);
    const parts = graph.reshape(
      value,
      few ? [inputs, outputs / block, taps, block] : [inputs / block, block, outputs / block, taps, block],
    );
    return graph.reshape(graph.transpose(parts, few ? [1, 0, 2, 3] : [2, 0, 3, 1, 4]), shape);
  }
  if (stored?.order.kind === "turned" && !few) {
    if (stored.order.beside === block) return blocksTurned(graph, stored.value, shape, block);
    const padded = graph.pad(
      graph.reshape(stored.value, [outputs, inputs * taps]),
      [0, 0],
      [allOutputs - outputs, 0],
    );
    const swapped = columnsFirst(graph, padded, allOutputs, block);
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
    if (stored.order.beside === block) return blocksSwapped(graph, value, shape, block);
    const parts = graph.reshape(
      value,
      few ? [outputs, inputs / block, taps, block] : [outputs / block, block, inputs / block, taps, block],
    );
    return graph.reshape(graph.transpose(parts, few ? [1, 0, 2, 3] : [2, 0, 3, 1, 4]), shape);
  }
  if (stored?.order.kind === "taps" && fills && !few) {
    if (stored.order.beside === block) return blocksTurned(graph, stored.value, shape, block);
    const swapped = columnsFirst(graph, stored.value, inputs, block);
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

/** Of a 1×1 convolution from the outputs of a transposed one to all its taps: [inputs / block, taps, outputs / block, …]. */
export function apartFilter(graph: OnnxGraph, weight: Lowered, block: number): OnnxValue {
  const [outputs, inputs, rows, columns] = four(weight.type.shape);
  const taps = rows * columns;
  const { stored } = weight.parts;
  const isStored = stored?.order.kind === "taps" && stored.order.beside === block;
  const moved = isStored
    ? graph.transpose(blocksTransposed(graph, stored.value, block), [0, 2, 1, 3, 4])
    : graph.transpose(
        graph.reshape(weight.value, [outputs / block, block, inputs / block, block, taps]),
        [2, 4, 0, 1, 3],
      );
  return graph.reshape(moved, [taps * inputs, outputs, 1, 1]);
}

/** A weight, or a gradient, in its order, with a factor for each output. @param shape [outputs, inputs, kernel] */
export function timesOutputs(
  graph: OnnxGraph,
  { order, value }: Stored,
  shape: readonly number[],
  factor: OnnxValue,
): Stored {
  const [outputs, inputs, rows, columns] = four(shape);
  const { kind, block, beside } = order;
  const taps = rows * columns;
  const [parts, factors] =
    kind === "taps"
      ? [
          [inputs / beside, outputs / block, taps * beside, block],
          [1, outputs / block, 1, block],
        ]
      : [
          [outputs / beside, (inputs / block) * taps, beside, block],
          [outputs / beside, 1, beside, 1],
        ];
  const scaled = graph.apply("Mul", [graph.reshape(value, parts), graph.reshape(factor, factors)], parts);
  return { order, value: graph.reshape(scaled, value.shape) };
}

/** The weight with a factor for each output. */
export function timesFactor(graph: OnnxGraph, weight: Lowered, factor: OnnxValue): Lowered {
  const { type, parts } = weight;
  const { shape } = type;
  if (parts.stored !== undefined) {
    const stored = timesOutputs(graph, parts.stored, shape, factor);
    return new Lowered(type, { stored, value: () => inGraphOrder(graph, stored, shape) });
  }
  const factors = graph.reshape(factor, [shape[0] ?? 1, 1, 1, 1]);
  return new Lowered(type, { value: graph.apply("Mul", [weight.value, factors], shape) });
}

/** A weight, or a gradient, in the graph's order: [outputs, inputs, kernel]. */
export function inGraphOrder(
  graph: OnnxGraph,
  { order, value }: Stored,
  shape: readonly number[],
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  const parts = graph.reshape(value, storedShape(shape, order));
  if (order.kind === "taps") return graph.reshape(graph.transpose(parts, [1, 4, 0, 3, 2]), shape);
  const moved = graph.reshape(graph.transpose(parts, [0, 3, 1, 4, 2]), [outputs, inputs, taps]);
  return graph.reshape(turned(graph, moved, 2), shape);
}

/** A gradient in the order that its weight is stored in. */
export function inStoredOrder(
  graph: OnnxGraph,
  value: OnnxValue,
  shape: readonly number[],
  { kind, block, beside }: WeightOrder,
): OnnxValue {
  const [outputs, inputs, rows, columns] = four(shape);
  const taps = rows * columns;
  if (kind === "taps") {
    const parts = graph.reshape(value, [outputs / block, block, inputs / beside, beside, taps]);
    return graph.transpose(parts, [2, 0, 4, 3, 1]);
  }
  const around = turned(graph, graph.reshape(value, [outputs, inputs, taps]), 2);
  const parts = graph.reshape(around, [outputs / beside, beside, inputs / block, block, taps]);
  return graph.transpose(parts, [0, 2, 4, 1, 3]);
}
