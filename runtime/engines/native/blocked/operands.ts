/** Operands and results of blocked lowerings. */
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Lowered, LoweredResult } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";

/** The map in blocked order, reordered where it is not. */
export function blockedOperand(graph: OnnxGraph, operand: Lowered, block: number): BlockedMap {
  return (
    operand.parts.blocked ??
    BlockedMap.reordered(graph, block, graph.expand(operand.value, operand.type.shape))
  );
}

export function blockedResult(map: BlockedMap): readonly LoweredResult[] {
  return [{ blocked: map, value: () => map.plain() }];
}

/** One number for each channel of the map, [channels]; or a scalar, repeated. `undefined`: it is neither. */
export function channelVector(graph: OnnxGraph, operand: Lowered, map: BlockedMap): OnnxValue | undefined {
  const { type, parts } = operand;
  const channels = map.shape[1];
  const count = elementCount(type.shape);
  if (type.type !== "float32") return undefined;
  if (parts.uniform !== undefined && (count === 1 || type.shape.length === 4))
    return graph.floats(new Float32Array(channels).fill(parts.uniform), [channels]);
  if (count === 1) return graph.expand(graph.reshape(operand.value, [1]), [channels]);
  const isVector = type.shape.length === 4 && count === channels && type.shape[1] === channels;
  if (!isVector || parts.blocked !== undefined || elementCount(operand.value.shape) !== channels)
    return undefined;
  return graph.reshape(operand.value, [channels]);
}
