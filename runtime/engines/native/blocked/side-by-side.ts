/** Convolutions whose windows lie side by side and cover everything, by 1×1 convolutions of whole blocks. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Epilogue } from "../blocked-pass.ts";
import { type Lowered, type LoweredResult, type LoweringCall, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { convolve, type Pair, scaled } from "./convolve.ts";
import { shuffledFilter, unshuffledFilter } from "./filters.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

/** Whether windows lie side by side and cover everything. */
export function sideBySide(
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

/** A transposed convolution whose windows lie side by side: all taps by one 1×1 convolution, whose blocks are then put apart. */
export function apart(call: LoweringCall<"conv_input_gradient">, block: number): readonly LoweredResult[] {
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
export function together(graph: OnnxGraph, map: BlockedMap, [down, across]: Pair, block: number): OnnxValue {
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
export function back(call: LoweringCall<"conv">, block: number): readonly LoweredResult[] {
  const { graph, results } = call;
  const [large, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  const [, , height, width] = four(large.type.shape);
  const [, , down, across] = four(weight.type.shape);
  if (height % down !== 0 || width % across !== 0) return publicly.conv(call);
  const taps = together(graph, blockedOperand(graph, large, block), [down, across], block);
  const values = convolve(graph, taps, unshuffledFilter(graph, weight, block), resultAt(results).shape, {});
  return blockedResult(BlockedMap.of(graph, block, values));
}
