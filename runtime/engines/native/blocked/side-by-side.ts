/** Transposed convolutions whose windows lie side by side and cover everything, by 1×1 convolutions of whole blocks. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Epilogue } from "../blocked-pass.ts";
import { type Lowered, type LoweredResult, type LoweringCall, operandAt, resultAt } from "../lowered.ts";
import type { OnnxValue } from "../onnx-graph.ts";
import { convolve, scaled } from "./convolve.ts";
import { apartFilter } from "./filters.ts";
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
  const filter = apartFilter(graph, weight, block);
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
