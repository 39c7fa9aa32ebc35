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

/**
 * The gradient by a convolution's result, without a factor that it waits for where taking it into the filter, or the filter's gradient, is
 * less work than a pass over the map.
 */
export function unscaledGradient(
  graph: OnnxGraph,
  gradient: Lowered,
  [, inputs = 1, ...kernel]: readonly number[],
  block: number,
): ReturnType<BlockedMap["unscaled"]> {
  const map = blockedOperand(graph, gradient, block);
  const [batch, , height, width] = map.shape;
  const pays = batch * height * width > 8 * inputs * elementCount(kernel);
  return pays ? map.unscaled() : { map, factor: undefined };
}

export function blockedResult(map: BlockedMap): readonly LoweredResult[] {
  return [{ blocked: map, value: () => map.plain() }];
}

/** Two operands of one shape in one order; at least one is blocked. `undefined`: the other one cannot be reordered. */
export function blockedOperands(
  graph: OnnxGraph,
  [a, b]: readonly [Lowered, Lowered],
  block: number,
): readonly [BlockedMap, BlockedMap] | undefined {
  const [first, second] = [a.parts.blocked, b.parts.blocked];
  const isFlat = first?.isFlat === true || second?.isFlat === true;
  if (!isFlat && ![a, b].every(isReordered)) return undefined;
  const inOrderOf = (map: BlockedMap, other: Lowered) =>
    map.alike(graph.expand(other.value, other.type.shape));
  if (first !== undefined) return [first, second ?? inOrderOf(first, b)];
  if (second !== undefined) return [inOrderOf(second, a), second];
  return [blockedOperand(graph, a, block), blockedOperand(graph, b, block)];
}

/** Whether it is blocked, or can be: channels are reordered by fours. */
export function isReordered({ parts, type: { shape } }: Lowered): boolean {
  return parts.blocked !== undefined || (shape[1] ?? 1) % 4 === 0;
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
  if (map.isFlat) return undefined;
  const isVector = type.shape.length === 4 && count === channels && type.shape[1] === channels;
  if (!isVector || parts.blocked !== undefined || elementCount(operand.value.shape) !== channels)
    return undefined;
  return graph.reshape(operand.value, [channels]);
}
