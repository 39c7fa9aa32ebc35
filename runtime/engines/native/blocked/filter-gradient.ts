/** The gradient of a convolution's filter by ONNX Runtime's blocked kernels: itself a convolution, in the order its weight is stored in. */
import type { PrimitiveAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import { filled, isWorthFilling } from "../filled.ts";
import { type Lowered, type Lowering, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import type { WeightOrder } from "../weight-order.ts";
import { convolve, type Geometry, type Pair, pair } from "./convolve.ts";
import { inGraphOrder } from "./filters.ts";
import { blockedOperand } from "./operands.ts";
import { sideBySide, together } from "./side-by-side.ts";

type FilterGradient = PrimitiveAttributes["conv_filter_gradient"];

/** The order in which the gradient of a weight is computed; `undefined`: by the public operators, in the graph's order. */
export function gradientOrder(
  attributes: FilterGradient,
  x: readonly number[],
  gradient: readonly number[],
  block: number,
): WeightOrder | undefined {
  const [, inputs, height, width] = four(x);
  const [, outputs, rows, columns] = four(gradient);
  const { stride, groups, kernel } = attributes;
  if (groups !== 1) return undefined;
  const type = { type: "float32", shape: [outputs, inputs, ...kernel] } as const;
  const exact = rows * stride[0] === height && columns * stride[1] === width;
  const fills = inputs % block === 0 && outputs % block === 0;
  if (fills && exact && sideBySide(attributes, { type })) return { kind: "shuffled", block };
  const turns = stride[0] === 1 && stride[1] === 1 && inputs % block === 0;
  if (turns && (inputs > outputs || outputs % block !== 0)) return { kind: "turned", block };
  if (outputs % block === 0) return { kind: "taps", block };
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
    const value = {
      taps: () => byTaps(graph, x, blockedOperand(graph, gradient, block), attributes, block),
      turned: () => turnedTaps(graph, blockedOperand(graph, x, block), gradient, attributes, block),
      shuffled: () =>
        shuffledTaps(graph, blockedOperand(graph, x, block), gradient, attributes.kernel, block),
    }[order.kind]();
    const { shape } = resultAt(results);
    const stored = { order, value };
    return [{ stored, value: () => inGraphOrder(graph, stored, shape) }];
  };
}

/** [inputs, outputs / block, taps, block] */
function byTaps(
  graph: OnnxGraph,
  x: Lowered,
  gradient: BlockedMap,
  attributes: FilterGradient,
  block: number,
): OnnxValue {
  const { stride, dilation, before, after, kernel } = attributes;
  const [, inputs] = four(x.type.shape);
  const padded = graph.pad(x.value, [0, 0, ...before], [0, 0, ...after]);
  const found = correlate(graph, padded, gradient, { stride, dilation, kernel }, block);
  return graph.reshape(found, [inputs, gradient.shape[1] / block, kernel[0] * kernel[1], block]);
}

/** [outputs, inputs / block, turned taps, block]: the map is what the gradient is correlated with. */
function turnedTaps(
  graph: OnnxGraph,
  x: BlockedMap,
  gradient: Lowered,
  attributes: FilterGradient,
  block: number,
): OnnxValue {
  const { dilation, before, kernel } = attributes;
  const [, outputs, rows, columns] = four(gradient.type.shape);
  const [, inputs, height, width] = x.shape;
  const reach = pair((axis) => dilation[axis] * (kernel[axis] - 1));
  const first = pair((axis) => reach[axis] - before[axis]);
  const [size, counts]: readonly [Pair, Pair] = [
    [height, width],
    [rows, columns],
  ];
  const last = pair((axis) => size[axis] + reach[axis] - counts[axis] - first[axis]);
  const padded = graph.pad(gradient.value, [0, 0, ...first], [0, 0, ...last]);
  const found = correlate(graph, padded, x, { stride: [1, 1], dilation, kernel }, block);
  return graph.reshape(found, [outputs, filled(inputs, block) / block, kernel[0] * kernel[1], block]);
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
  const value = turnedTaps(graph, x, gradient, attributes, block);
  const shape = [outputs, filled(inputs, block), ...attributes.kernel];
  const whole = inGraphOrder(graph, { order: { kind: "turned" }, value }, shape);
  return graph.slice(whole, [0, 0, 0, 0], [outputs, inputs, ...attributes.kernel]);
}

/** [outputs, taps, inputs] */
function shuffledTaps(
  graph: OnnxGraph,
  x: BlockedMap,
  gradient: Lowered,
  kernel: Pair,
  block: number,
): OnnxValue {
  const [, outputs] = four(gradient.type.shape);
  const taps = BlockedMap.of(graph, block, together(graph, x, kernel, block));
  const found = correlate(
    graph,
    gradient.value,
    taps,
    { stride: [1, 1], dilation: [1, 1], kernel: [1, 1] },
    block,
  );
  return graph.reshape(found, [outputs, kernel[0] * kernel[1], x.shape[1]]);
}

/** Of rows that the second level of a processor's memory holds. */
const tileBytes = 2 ** 19;

/**
 * For every tap, sums over batch and positions of plain[n, a, y · stride + i · dilation, …] · blocked[n, b, y, …]: a convolution whose
 * filter is the blocked map as it lies, in tiles of rows that are added up. [a, b, kernel], blocked along b.
 */
function correlate(
  graph: OnnxGraph,
  plain: OnnxValue,
  blocked: BlockedMap,
  { stride, dilation, kernel }: { readonly stride: Pair; readonly dilation: Pair; readonly kernel: Pair },
  block: number,
): OnnxValue {
  const [batch, own, height, width] = blocked.shape;
  const many = filled(own, block);
  const channels = four(plain.shape)[1];
  const reach = (axis: 0 | 1, rows: number) =>
    (rows - 1) * stride[axis] + 1 + (kernel[axis] - 1) * dilation[axis];
  const shape = [channels, many, ...kernel];
  const values = blocked.values();
  const geometry: Geometry = { stride: dilation, dilation: stride };
  if (batch > 1 && batch < block && batch * many * height * width * 4 <= 2 * tileBytes) {
    const met = graph.slice(plain, [0, 0, 0, 0], [batch, channels, reach(0, height), reach(1, width)]);
    const filter = graph.transpose(
      graph.reshape(values, [batch, many / block, height * width * block]),
      [1, 0, 2],
    );
    return convolve(
      graph,
      graph.transpose(met, [1, 0, 2, 3]),
      graph.reshape(filter, [many, batch, height, width]),
      shape,
      geometry,
    );
  }
  let rows = height;
  while (rows > 1 && rows % 2 === 0 && many * rows * width * 4 > tileBytes) rows /= 2;
  const lines = graph.reshape(values, [batch, many / block, height, width * block]);
  let total: OnnxValue | undefined;
  for (let image = 0; image < batch; image++) {
    for (let row = 0; row < height; row += rows) {
      const met = graph.slice(
        plain,
        [image, 0, row * stride[0], 0],
        [1, channels, reach(0, rows), reach(1, width)],
      );
      const tile = graph.slice(lines, [image, 0, row, 0], [1, many / block, rows, width * block]);
      const source = graph.reshape(met, [channels, 1, reach(0, rows), reach(1, width)]);
      total = convolve(graph, source, graph.reshape(tile, [many, 1, rows, width]), shape, geometry, {
        sum: total,
      });
    }
  }
  if (total === undefined) throw new Error("a map has rows");
  return total;
}
