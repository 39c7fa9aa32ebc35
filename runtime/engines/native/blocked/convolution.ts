/** Convolution and its input gradient by ONNX Runtime's blocked kernels; what these do not take goes to the public operators. */
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import { type Lowering, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/convolution.ts";
import { convolve, type Geometry, type Pair, pair, scaled } from "./convolve.ts";
import { backwardFilter, forwardFilter } from "./filters.ts";
import { blockedOperand, blockedResult } from "./operands.ts";
import { apart, back, sideBySide } from "./side-by-side.ts";

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
