/** The gradient of a convolution's filter by ONNX Runtime's blocked kernels: itself a convolution, in the order its weight is stored in. */
import type { PrimitiveAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import type { BlockedMap } from "../blocked-map.ts";
import { filled, isWorthFilling } from "../filled.ts";
import { Lowered, type LoweredParts, type Lowering, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { storedShape, type WeightOrder } from "../weight-order.ts";
import { type Pair, pair } from "./convolve.ts";
import { correlate, type Met } from "./correlate.ts";
import { inGraphOrder, timesOutputs } from "./filters.ts";
import { blockedOperand, unscaledGradient } from "./operands.ts";

type FilterGradient = PrimitiveAttributes["conv_filter_gradient"];

/** The order in which the gradient of a weight is computed; `undefined`: by the public operators, in the graph's order. */
export function gradientOrder(
  attributes: FilterGradient,
  x: readonly number[],
  gradient: readonly number[],
  block: number,
): WeightOrder | undefined {
  const [inputs, outputs] = [four(x)[1], four(gradient)[1]];
  const { stride, dilation, groups, kernel } = attributes;
  if (groups !== 1) return undefined;
  const fills = inputs % block === 0 && outputs % block === 0;
  const beside = fills && (dilation[1] === 1 || kernel[1] === 1) ? block : 1;
  const turns = stride[0] === 1 && stride[1] === 1 && inputs % block === 0;
  if (turns && (inputs > outputs || outputs % block !== 0)) return { kind: "turned", block, beside };
  if (outputs % block === 0) return { kind: "taps", block, beside };
  return undefined;
}

export function convFilterGradient(block: number): Lowering<"conv_filter_gradient"> {
  return (call) => {
    const { graph, attributes, results } = call;
    const [x, gradient] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const order = gradientOrder(attributes, x.type.shape, gradient.type.shape, block);
    if (order === undefined) {
      const { groups, stride } = attributes;
      const map = groups === 1 && stride[0] === 1 && stride[1] === 1 ? x.parts.blocked : undefined;
      if (map === undefined || !isWorthFilling(map.shape[1], block)) return publicly.convFilterGradient(call);
      return [{ value: () => ofPart(graph, map, gradient, attributes, block) }];
    }
    const { shape } = resultAt(results);
    const isRead = order.kind === "taps" || order.beside === block;
    const { map, factor } = isRead
      ? unscaledGradient(graph, gradient, shape, block)
      : { map: undefined, factor: undefined };
    const slopes = map === undefined ? gradient : new Lowered(gradient.type, ownParts(map));
    const found =
      order.kind === "taps"
        ? byTaps(graph, x, blockedOperand(graph, slopes, block), attributes, order)
        : turnedTaps(graph, blockedOperand(graph, x, block), slopes, attributes, order);
    const unscaled = { order, value: graph.reshape(found, storedShape(shape, order)) };
    const stored = factor === undefined ? unscaled : timesOutputs(graph, unscaled, shape, factor);
    return [{ stored, value: () => inGraphOrder(graph, stored, shape) }];
  };
}

function ownParts(map: BlockedMap): LoweredParts {
  return { blocked: map, value: () => map.plain() };
}

/** The values of an operand with that many channels beside each other, and zeros around them. */
function met(graph: OnnxGraph, operand: Lowered, { block, beside }: WeightOrder, before: Pair): Met {
  const values = beside === 1 ? operand.value : blockedOperand(graph, operand, block).values();
  return { values, shape: four(operand.type.shape), beside, before };
}

function byTaps(
  graph: OnnxGraph,
  x: Lowered,
  gradient: BlockedMap,
  { stride, dilation, before, kernel }: FilterGradient,
  order: WeightOrder,
): OnnxValue {
  const around = met(graph, x, order, before);
  return correlate(graph, around, gradient, { stride, dilation, kernel }, order.block);
}

/** The map is what the gradient is correlated with. */
function turnedTaps(
  graph: OnnxGraph,
  x: BlockedMap,
  gradient: Lowered,
  { dilation, before, kernel }: FilterGradient,
  order: WeightOrder,
): OnnxValue {
  const first = pair((axis) => dilation[axis] * (kernel[axis] - 1) - before[axis]);
  const around = met(graph, gradient, order, first);
  return correlate(graph, around, x, { stride: [1, 1], dilation, kernel }, order.block);
}

/** [outputs, inputs, kernel], of inputs that do not fill blocks. */
function ofPart(
  graph: OnnxGraph,
  x: BlockedMap,
  gradient: Lowered,
  attributes: FilterGradient,
  block: number,
): OnnxValue {
  const [outputs, inputs] = [four(gradient.type.shape)[1], x.shape[1]];
  const order: WeightOrder = { kind: "turned", block, beside: 1 };
  const value = turnedTaps(graph, x, gradient, attributes, order);
  const shape = [outputs, filled(inputs, block), ...attributes.kernel];
  const whole = inGraphOrder(graph, { order, value }, shape);
  return graph.slice(whole, [0, 0, 0, 0], [outputs, inputs, ...attributes.kernel]);
}
