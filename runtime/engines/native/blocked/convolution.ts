/** Convolution and its gradients by ONNX Runtime's blocked kernels; what these do not take goes to the public operators. */
import { ints } from "../../../../compiler/onnx/attribute.ts";
import type {
  ConvolutionAttributes,
  PrimitiveAttributes,
} from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap, type Epilogue, reluAttribute } from "../blocked-map.ts";
import {
  type Lowered,
  type LoweredResult,
  type Lowering,
  type LoweringCall,
  operandAt,
  resultAt,
} from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "../onnx-graph.ts";
import type { WeightOrder } from "../weight-order.ts";
import { backwardFilter, forwardFilter, inGraphOrder, shuffledFilter, unshuffledFilter } from "./filters.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

type Pair = readonly [number, number];
type FilterGradient = PrimitiveAttributes["conv_filter_gradient"];

interface Geometry {
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly pads?: readonly [top: number, left: number, bottom: number, right: number];
}

/** @param x blocked, or in the usual order where it has fewer channels than a block. */
function convolve(
  graph: OnnxGraph,
  x: OnnxValue,
  filter: OnnxValue,
  shape: readonly number[],
  { stride = [1, 1], dilation = [1, 1], pads = [0, 0, 0, 0] }: Geometry,
  { offset, sum, relu = false }: Epilogue = {},
): OnnxValue {
  return graph.apply(
    "Conv",
    [
      x,
      filter,
      ...(offset === undefined && sum === undefined ? [] : [offset]),
      ...(sum === undefined ? [] : [sum]),
    ],
    shape,
    {
      kernel_shape: ints(filter.shape.slice(2)),
      strides: ints(stride),
      dilations: ints(dilation),
      pads: ints(pads),
      ...(relu ? reluAttribute : {}),
    },
    "float32",
    blockedDomain,
  );
}

export function conv(block: number): Lowering<"conv"> {
  return (call) => {
    const { graph, attributes, results } = call;
    const [x, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const { shape } = resultAt(results);
    const [batch, outputs, height, width] = four(shape);
    const inputs = four(x.type.shape)[1];
    const fits = attributes.groups === 1 && (inputs % block === 0 || inputs < block);
    if (!fits || (outputs % block !== 0 && inputs < block)) return publicly.conv(call);
    if (sideBySide(attributes, weight) && weight.parts.stored?.order.kind === "shuffled")
      return back(call, block);
    const { stride, dilation, before, after } = attributes;
    const geometry: Geometry = { stride, dilation, pads: [...before, ...after] };
    const source = inputs % block === 0 ? blockedOperand(graph, x, block).values() : x.value;
    const filter = forwardFilter(graph, weight, block);
    if (outputs % block !== 0) {
      const filled = [batch, Math.ceil(outputs / block) * block, height, width];
      const map = BlockedMap.of(graph, block, convolve(graph, source, filter, filled, geometry));
      return [{ value: () => graph.slice(map.plain(), [0, 0, 0, 0], shape) }];
    }
    const map = BlockedMap.from(graph, block, [batch, outputs, height, width], {
      values: () => convolve(graph, source, filter, shape, geometry),
      fused: (epilogue) =>
        convolve(graph, source, scaled(graph, filter, epilogue.factor, block), shape, geometry, epilogue),
    });
    return blockedResult(map);
  };
}

/** Each output's part of a filter in blocked order, times its factor. */
function scaled(
  graph: OnnxGraph,
  filter: OnnxValue,
  factor: OnnxValue | undefined,
  block: number,
): OnnxValue {
  if (factor === undefined) return filter;
  const outputs = filter.shape[0] ?? 1;
  const parts = graph.reshape(
    filter,
    [outputs / block, -1, block].map((extent) => (extent === -1 ? count(filter) / outputs : extent)),
  );
  const factors = graph.reshape(factor, [outputs / block, 1, block]);
  return graph.reshape(graph.apply("Mul", [parts, factors], parts.shape), filter.shape);
}

function count({ shape }: OnnxValue): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Whether windows lie side by side and cover everything. */
function sideBySide(
  { stride, dilation, before, after, groups }: ConvolutionAttributes,
  { type }: Pick<Lowered, "type">,
): boolean {
  const [, , ...kernel] = four(type.shape);
  const around = [...before, ...after].every((positions) => positions === 0);
  return (
    groups === 1 &&
    around &&
    [0, 1].every((axis) => dilation[axis] === 1 && stride[axis] === kernel[axis]) &&
    kernel[0] * kernel[1] > 1
  );
}

export function convInputGradient(block: number): Lowering<"conv_input_gradient"> {
  return (call) => {
    const { graph, attributes, results } = call;
    const [gradient, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const { stride, dilation, before, groups, size } = attributes;
    const [batch, channels, height, width] = four(resultAt(results).shape);
    const [, outputs, rows, columns] = four(gradient.type.shape);
    const [, , ...kernel] = four(weight.type.shape);
    const fits = groups === 1 && channels % block === 0 && (outputs % block === 0 || outputs < block);
    if (!fits) return publicly.convInputGradient(call);
    const exact = rows * stride[0] === size[0] && columns * stride[1] === size[1];
    if (sideBySide(attributes, weight) && exact && outputs % block === 0) return apart(call, block);
    if (stride[0] !== 1 || stride[1] !== 1) return publicly.convInputGradient(call);
    const first = pair((axis) => dilation[axis] * (kernel[axis] - 1) - before[axis]);
    const counts: Pair = [rows, columns];
    const last = pair((axis) => size[axis] - counts[axis] + before[axis]);
    if ([...first, ...last].some((positions) => positions < 0)) return publicly.convInputGradient(call);
    const source = outputs % block === 0 ? blockedOperand(graph, gradient, block).values() : gradient.value;
    const filter = backwardFilter(graph, weight, block);
    const geometry: Geometry = { dilation, pads: [...first, ...last] };
    const shape = [batch, channels, height, width] as const;
    const map = BlockedMap.from(graph, block, shape, {
      values: () => convolve(graph, source, filter, shape, geometry),
      fused: (epilogue) =>
        convolve(graph, source, scaled(graph, filter, epilogue.factor, block), shape, geometry, epilogue),
    });
    return blockedResult(map);
  };
}

/** A transposed convolution whose windows lie side by side: all taps by one 1×1 convolution, whose blocks are then put apart. */
function apart(call: LoweringCall<"conv_input_gradient">, block: number): readonly LoweredResult[] {
  const { graph, results } = call;
  const [small, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  const [batch, channels, height, width] = four(resultAt(results).shape);
  const [, , rows, columns] = four(small.type.shape);
  const [, , down, across] = four(weight.type.shape);
  const source = blockedOperand(graph, small, block).values();
  const filter = shuffledFilter(graph, weight, block);
  const all = [batch, down * across * channels, rows, columns];
  const put = ({ offset, factor }: Epilogue): OnnxValue => {
    const each = (vector: OnnxValue | undefined) =>
      vector &&
      graph.concat(
        Array.from({ length: down * across }, () => vector),
        0,
      );
    const filled = scaled(graph, filter, each(factor), block);
    const taps = convolve(graph, source, filled, all, {}, { offset: each(offset) });
    const parts = graph.reshape(taps, [batch, down, across, channels / block, rows, columns, block]);
    return graph.reshape(graph.transpose(parts, [0, 3, 4, 1, 5, 2, 6]), [batch, channels, height, width]);
  };
  const map = BlockedMap.from(graph, block, [batch, channels, height, width], {
    values: () => put({}),
    fused: (epilogue) => (epilogue.sum === undefined && epilogue.relu !== true ? put(epilogue) : undefined),
  });
  return blockedResult(map);
}

/** The taps of windows side by side as channels, in blocked order: [batch, taps · channels, windows down, windows across]. */
function together(graph: OnnxGraph, map: BlockedMap, [down, across]: Pair, block: number): OnnxValue {
  const [batch, channels, height, width] = map.shape;
  const values = map.values();
  return graph.once(`windows ${down} ${across} of ${values.name}`, () => {
    const parts = graph.reshape(values, [
      batch,
      channels / block,
      height / down,
      down,
      width / across,
      across,
      block,
    ]);
    const taps = graph.transpose(parts, [0, 3, 5, 1, 2, 4, 6]);
    return graph.reshape(taps, [batch, down * across * channels, height / down, width / across]);
  });
}

/** The convolution that belongs to it. */
function back(call: LoweringCall<"conv">, block: number): readonly LoweredResult[] {
  const { graph, results } = call;
  const [large, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  const [, , height, width] = four(large.type.shape);
  const [, , down, across] = four(weight.type.shape);
  if (height % down !== 0 || width % across !== 0) return publicly.conv(call);
  const taps = together(graph, blockedOperand(graph, large, block), [down, across], block);
  const values = convolve(graph, taps, unshuffledFilter(graph, weight, block), resultAt(results).shape, {});
  return blockedResult(BlockedMap.of(graph, block, values));
}

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
  const filled = inputs % block === 0 && outputs % block === 0;
  if (filled && exact && sideBySide(attributes, { type })) return { kind: "shuffled", block };
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
    if (order === undefined) return publicly.convFilterGradient(call);
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
  return graph.reshape(found, [outputs, inputs / block, kernel[0] * kernel[1], block]);
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
  const [batch, many, height, width] = blocked.shape;
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

function pair(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}
