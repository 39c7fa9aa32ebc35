/** Parts of blocked maps, and maps beside each other: whole blocks are moved. */

import { BlockedMap } from "../blocked-map.ts";
import type { Lowering } from "../lowered.ts";
import { full, operandAt, resultAt } from "../lowered.ts";
import * as publicly from "../lowering/moving.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

export function concat(block: number): Lowering<"concat"> {
  return (call) => {
    const {
      graph,
      attributes: { axis },
      operands,
    } = call;
    const some = operands.some(({ parts }) => parts.blocked !== undefined);
    const isMap = operands.every(({ type }) => type.shape.length === 4);
    if (!some || !isMap || axis !== 1) return publicly.concat(call);
    if (operands.some(({ type }) => (type.shape[1] ?? 1) % block !== 0)) {
      const { shape } = resultAt(call.results);
      // together they fill blocks again
      const plain = graph.concat(
        operands.map((_, place) => full(call, place)),
        1,
      );
      if ((shape[1] ?? 1) % block !== 0) return [{ value: plain }];
      const map = BlockedMap.reordered(graph, block, plain);
      return [{ blocked: map, value: plain }];
    }
    const values = operands.map((operand) => blockedOperand(graph, operand, block).values());
    return blockedResult(BlockedMap.of(graph, block, graph.concat(values, 1)));
  };
}

export function slice(block: number): Lowering<"slice"> {
  return (call) => {
    const {
      graph,
      attributes: { start, size },
    } = call;
    const map = operandAt(call.operands, 0).parts.blocked;
    const [, from = 0] = start;
    const [, channels = 1] = size;
    if (map?.isFilled !== true || from % block !== 0 || channels % block !== 0) return publicly.slice(call);
    const [whole, first, counts] = [
      inBlocks(graph, map, block),
      ofBlocks(start, block, 0),
      ofBlocks(size, block, block),
    ];
    const parts =
      size[3] === map.shape[3]
        ? graph.lines(whole, first.slice(0, 3), counts.slice(0, 3))
        : graph.slice(whole, first, counts);
    return blockedResult(BlockedMap.of(graph, block, graph.reshape(parts, size)));
  };
}

export function pad(block: number): Lowering<"pad"> {
  return (call) => {
    const {
      graph,
      attributes: { before, after },
    } = call;
    const map = operandAt(call.operands, 0).parts.blocked;
    if (map?.isFilled !== true || (before[1] ?? 0) % block !== 0 || (after[1] ?? 0) % block !== 0)
      return publicly.pad(call);
    const parts = graph.pad(
      inBlocks(graph, map, block),
      ofBlocks(before, block, 0),
      ofBlocks(after, block, 0),
    );
    return blockedResult(BlockedMap.of(graph, block, graph.reshape(parts, resultAt(call.results).shape)));
  };
}

/** [batch, channels / block, height, width, block] */
function inBlocks(graph: OnnxGraph, map: BlockedMap, block: number): OnnxValue {
  return graph.reshape(map.values(), ofBlocks(map.shape, block, block));
}

function ofBlocks(
  [batch = 0, channels = 0, rows = 0, columns = 0]: readonly number[],
  block: number,
  last: number,
) {
  return [batch, channels / block, rows, columns, last];
}
