/** Sums over batch and positions. */

import type { BlockedMap } from "../blocked-map.ts";
import type { Lowering } from "../lowered.ts";
import { operandAt } from "../lowered.ts";
import * as publicly from "../lowering/along-axes.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";

/** A program names no axis of extent 1: at batch 1 a sum is over the positions alone. */
function overPositions(axes: readonly number[], { shape }: BlockedMap): boolean {
  return !axes.includes(1) && [0, 2, 3].every((axis) => axes.includes(axis) || shape[axis] === 1);
}

function share(graph: OnnxGraph, { shape: [batch, , height, width] }: BlockedMap): OnnxValue {
  return graph.number(1 / (batch * height * width));
}

function perChannel(graph: OnnxGraph, vector: OnnxValue): OnnxValue {
  return graph.reshape(vector, [1, vector.shape[0] ?? 1, 1, 1]);
}

export const sum: Lowering<"sum"> = (call) => {
  const map = operandAt(call.operands, 0).parts.blocked;
  if (map === undefined || map.isFlat || !overPositions(call.attributes.axes, map)) return publicly.sum(call);
  return [{ value: () => perChannel(call.graph, map.sums()) }];
};

/** The variance from the map less its mean, which is what a normalisation reads later. */
export const moments: Lowering<"moments"> = (call) => {
  const { graph } = call;
  const map = operandAt(call.operands, 0).parts.blocked;
  if (map === undefined || map.isFlat || !overPositions(call.attributes.axes, map))
    return publicly.moments(call);
  const mean = map.means();
  const centred = map.plus(graph.apply("Neg", [mean], mean.shape));
  centred.values();
  const squares = centred.timesMap(centred).sums();
  const variance = graph.apply("Mul", [squares, share(graph, map)], squares.shape);
  return [
    { value: perChannel(graph, mean), meanOf: { map, centred: centred.asItIs() } },
    { value: perChannel(graph, variance) },
  ];
};
