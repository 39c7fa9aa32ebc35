/** Normalisations that take a mean and a variance of a single value: the variance is 0, and the result the shift alone. */
import type { MapShape, Statistics } from "../ops/operation.ts";
import { operationOf } from "../ops/registry.ts";
import type { GraphNode } from "./graph.ts";

/**
 * What the node takes single values over in a training step; `undefined` where it takes more, or normalises nothing.
 * @param shape of the node's feature map, which is its input's too.
 * @param images in the batch; `undefined`: unknown, and taken for more than one.
 */
export function singleValue(
  node: GraphNode,
  shape: MapShape,
  images: number | undefined,
): Statistics | undefined {
  const statistics = operationOf(node).statistics?.(node.attributes, shape);
  if (statistics === undefined) return undefined;
  const { values, acrossBatch } = statistics;
  return values * (acrossBatch ? (images ?? 2) : 1) === 1 ? statistics : undefined;
}
