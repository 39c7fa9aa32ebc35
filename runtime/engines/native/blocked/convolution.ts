/** Convolution and its input gradient by ONNX Runtime's blocked kernels; what these do not take goes to the public operators. */
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import { filledShape, isWorthFilling } from "../filled.ts";
import { type Lowered, type Lowering, type LoweringCall, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import { byPhases, fillsBlocks, paysByPhases, sideBySide } from "./by-phases.ts";
import { convolve, type Geometry, type Pair, pair, scaled } from "./convolve.ts";
import { backwardFilter, forwardFilter, timesFactor } from "./filters.ts";
import { blockedOperand, blockedResult, unscaledGradient } from "./operands.ts";

export function conv(block: number): Lowering<"conv"> {
  return (call) => {
    const { graph, attributes, results } = call;
    const [x, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const [batch, outputs, height, width] = four(resultAt(results).shape);
    const inputs = four(x.type.shape)[1];
    const isBlocked = isReadBlocked(x, inputs, block);
    const fits = attributes.groups === 1 && (isBlocked || inputs < block);
    if (!fits || (outputs % block !== 0 && !isBlocked)) return publicly.conv(call);
    const { stride, dilation, before, after } = attributes;
    const geometry: Geometry = { stride, dilation, pads: [...before, ...after] };
    const source = isBlocked ? blockedOperand(graph, x, block).values() : x.value;
    const filter = forwardFilter(graph, weight, block, isBlocked);
    const shape = [batch, outputs, height, width] as const;
    const whole = filledShape(shape, block);
    const map = BlockedMap.from(graph, block, shape, {
      values: () => convolve(graph, source, filter, whole, geometry),
      fused: (epilogue) =>
        convolve(graph, source, scaled(graph, filter, epilogue.factor, block), whole, geometry, epilogue),
    });
    return blockedResult(map);
  };
}

/** By the public operators; what follows is computed in blocks. */
function reordered(
  call: LoweringCall<"conv_input_gradient">,
  block: number,
): ReturnType<Lowering<"conv_input_gradient">> {
  const [result] = publicly.convInputGradient(call);
  if (result === undefined || typeof result.value === "function")
    throw new Error("a convolution has a value");
  if ((result.value.shape[1] ?? 1) % block !== 0) return [result];
  return [{ value: result.value, blocked: BlockedMap.reordered(call.graph, block, result.value) }];
}

/** Whether a convolution reads the map in its blocks: fewer channels than a block are read as they are, unless they nearly fill one. */
function isReadBlocked({ parts }: Lowered, channels: number, block: number): boolean {
  return channels % block === 0 || (parts.blocked !== undefined && isWorthFilling(channels, block));
}

export function convInputGradient(block: number): Lowering<"conv_input_gradient"> {
  return (call) => {
    const { graph, attributes, results } = call;
    const [gradient, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const { stride, dilation, before, groups, size } = attributes;
    const [batch, channels, height, width] = four(resultAt(results).shape);
    const [, outputs, rows, columns] = four(gradient.type.shape);
    const [, , ...kernel] = four(weight.type.shape);
    const isBlocked = isReadBlocked(gradient, outputs, block);
    const strides = stride[0] !== 1 || stride[1] !== 1;
    const phases = (sideBySide(call) && fillsBlocks(call, block)) || paysByPhases(call, block);
    if (strides && phases) return byPhases(call, block);
    const fits = groups === 1 && isWorthFilling(channels, block) && (isBlocked || outputs < block);
    if (!fits) return publicly.convInputGradient(call);
    if (strides) return reordered(call, block);
    const first = pair((axis) => dilation[axis] * (kernel[axis] - 1) - before[axis]);
    const counts: Pair = [rows, columns];
    const last = pair((axis) => size[axis] - counts[axis] + before[axis]);
    if ([...first, ...last].some((positions) => positions < 0)) return publicly.convInputGradient(call);
    const { map: found, factor } = isBlocked
      ? unscaledGradient(graph, gradient, weight.type.shape, block)
      : { map: undefined, factor: undefined };
    const source = found?.values() ?? gradient.value;
    const own = factor === undefined ? weight : timesFactor(graph, weight, factor);
    const filter = backwardFilter(graph, own, block, isBlocked);
    const geometry: Geometry = { dilation, pads: [...first, ...last] };
    const shape = [batch, channels, height, width] as const;
    const whole = filledShape(shape, block);
    const map = BlockedMap.from(graph, block, shape, {
      values: () => convolve(graph, source, filter, whole, geometry),
      fused: (epilogue) =>
        convolve(graph, source, scaled(graph, filter, epilogue.factor, block), whole, geometry, epilogue),
    });
    return blockedResult(map);
  };
}
