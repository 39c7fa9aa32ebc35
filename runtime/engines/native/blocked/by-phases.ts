/** Transposed convolutions with a stride by one convolution of whole blocks, which gives every phase of each block of the result a block of its own. */
import { int } from "../../../../compiler/onnx/attribute.ts";
import { elementCount, four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Epilogue } from "../blocked-pass.ts";
import { filled } from "../filled.ts";
import { type Lowered, type LoweredResult, type LoweringCall, operandAt, resultAt } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { convolve, type Pair, pair, scaled } from "./convolve.ts";
import { apartFilter, turned } from "./filters.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

/** Of fewer positions, bringing the filter into its order takes as long as is gained. */
const fewestPositions = 3000;

/** Products for each that the filter itself needs, beside zeros in phases, taps and channels. */
const mostProducts = 4;

type Call = LoweringCall<"conv_input_gradient">;

/** Whether windows lie side by side and cover everything. */
export function sideBySide({ attributes, operands }: Call): boolean {
  const { stride, dilation, before, after, groups, size } = attributes;
  const [, , ...extents] = four(operandAt(operands, 0).type.shape);
  const [, , ...kernel] = four(operandAt(operands, 1).type.shape);
  const axes = [0, 1] as const;
  return (
    groups === 1 &&
    [...before, ...after].every((positions) => positions === 0) &&
    axes.every((axis) => dilation[axis] === 1 && stride[axis] === kernel[axis]) &&
    axes.every((axis) => extents[axis] * stride[axis] === size[axis])
  );
}

export function fillsBlocks({ operands }: Call, block: number): boolean {
  const [outputs, inputs] = four(operandAt(operands, 1).type.shape);
  return outputs % block === 0 && inputs % block === 0;
}

/** Whether it is less work so than by the public operator, which puts the products of one matrix in their places. */
export function paysByPhases({ attributes, operands }: Call, block: number): boolean {
  const { groups, dilation, stride } = attributes;
  const [batch, , rows, columns] = four(operandAt(operands, 0).type.shape);
  const { shape } = operandAt(operands, 1).type;
  const [outputs, inputs, ...kernel] = four(shape);
  const axes = [0, 1] as const;
  const fits = groups === 1 && axes.every((axis) => dilation[axis] === 1 && kernel[axis] >= stride[axis]);
  const taps = pair((axis) => Math.ceil(kernel[axis] / stride[axis]) * stride[axis]);
  const products = filled(outputs, block) * filled(inputs, block) * taps[0] * taps[1];
  return fits && batch * rows * columns >= fewestPositions && products <= mostProducts * elementCount(shape);
}

/**
 * Position o of the result is o + before = stride · u + phase; tap phase + stride · t of the kernel meets position u - t of the operand.
 * The phases of a block are blocks of one convolution at stride 1, whose pixels are then put apart.
 */
export function byPhases(call: Call, block: number): readonly LoweredResult[] {
  const { graph, attributes, results } = call;
  const { stride, before, size } = attributes;
  const [small, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  const { shape } = resultAt(results);
  const [batch, channels, height, width] = four(shape);
  const [, , ...extents] = four(small.type.shape);
  const [, , ...kernel] = four(weight.type.shape);
  const taps = pair((axis) => Math.ceil(kernel[axis] / stride[axis]));
  const counts = pair((axis) =>
    Math.max(extents[axis], Math.floor((size[axis] - 1 + before[axis]) / stride[axis]) + 1),
  );
  const after = pair((axis) => counts[axis] - extents[axis]);
  const phases = stride[0] * stride[1];
  const many = filled(channels, block);
  const source = filledOperand(graph, small, block);
  const isWhole = sideBySide(call) && fillsBlocks(call, block);
  const filter = isWhole
    ? apartFilter(graph, weight, block)
    : phaseFilter(graph, weight, { stride, taps }, block);
  const blocks = many / block;
  const places = graph.once(`places of phases ${[height, width, ...counts, ...stride, ...before]}`, () =>
    graph.integers(placesOfPhases([height, width], counts, stride, before)),
  );
  const put = ({ offset, factor }: Epilogue): OnnxValue => {
    const each = (vector: OnnxValue | undefined) =>
      vector &&
      graph.reshape(graph.expand(graph.reshape(vector, [blocks, 1, block]), [blocks, phases, block]), [
        phases * many,
      ]);
    const whole = scaled(graph, filter, each(factor), block);
    const geometry = { pads: [taps[0] - 1, taps[1] - 1, ...after] as const };
    const all = [batch, phases * many, ...counts];
    const found = convolve(graph, source, whole, all, geometry, { offset: each(offset) });
    const pixels = graph.reshape(found, [batch * blocks, phases * counts[0] * counts[1], block]);
    const moved = graph.apply("Gather", [pixels, places], [batch * blocks, height * width, block], {
      axis: int(1),
    });
    return graph.reshape(moved, [batch, many, height, width]);
  };
  const map = BlockedMap.from(graph, block, [batch, channels, height, width], {
    values: () => put({}),
    fused: (epilogue) => (epilogue.sum === undefined && epilogue.relu !== true ? put(epilogue) : undefined),
  });
  return blockedResult(map);
}

/** In blocks; channels that are no whole fours, which nothing reorders, are filled up before. */
function filledOperand(graph: OnnxGraph, operand: Lowered, block: number): OnnxValue {
  const [, channels] = four(operand.type.shape);
  if (operand.parts.blocked !== undefined || channels % 4 === 0)
    return blockedOperand(graph, operand, block).values();
  const plain = graph.expand(operand.value, operand.type.shape);
  const whole = graph.pad(plain, [0, 0, 0, 0], [0, filled(channels, block) - channels, 0, 0]);
  return BlockedMap.reordered(graph, block, whole).values();
}

/** [inputs / block, phases, outputs / block, …] in the order of blocked filters. @param weight [outputs, inputs, kernel] */
function phaseFilter(
  graph: OnnxGraph,
  weight: Lowered,
  { stride, taps }: { readonly stride: Pair; readonly taps: Pair },
  block: number,
): OnnxValue {
  const [outputs, inputs, ...kernel] = four(weight.type.shape);
  const [allOutputs, allInputs] = [filled(outputs, block), filled(inputs, block)];
  const missing = pair((axis) => stride[axis] * taps[axis] - kernel[axis]);
  const whole = graph.pad(weight.value, [0, 0, 0, 0], [allOutputs - outputs, allInputs - inputs, ...missing]);
  const parts = graph.reshape(whole, [
    allOutputs / block,
    block,
    allInputs / block,
    block,
    taps[0],
    stride[0],
    taps[1],
    stride[1],
  ]);
  const moved = graph.transpose(parts, [2, 5, 7, 0, 4, 6, 1, 3]);
  const lines = graph.reshape(moved, [
    elementCount(whole.shape) / block / block / taps[0] / taps[1],
    taps[0] * taps[1],
    block * block,
  ]);
  return graph.reshape(turned(graph, lines, 1), [stride[0] * stride[1] * allInputs, allOutputs, ...taps]);
}

/** Where each pixel of a block comes from among those of its phases, [down, across, rows, columns]. */
function placesOfPhases(
  [height, width]: Pair,
  [rows, columns]: Pair,
  [down, across]: Pair,
  before: Pair,
): readonly number[] {
  const places: number[] = [];
  for (let y = before[0]; y < height + before[0]; y++) {
    for (let x = before[1]; x < width + before[1]; x++) {
      const phase = (y % down) * across + (x % across);
      places.push((phase * rows + Math.floor(y / down)) * columns + Math.floor(x / across));
    }
  }
  return places;
}
