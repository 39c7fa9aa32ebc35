/**
 * Normalisation of a single value: a 1×1 feature map, in a batch of one image where the batch is normalised together. Its variance
 * is 0, so training sees a constant, and inference with running statistics sees something else (Ioffe & Szegedy 2015, algorithm 1).
 */

import type { Graph, GraphNode } from "../../network/graph.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { singleValue } from "../../network/single-value.ts";
import type { MapShape } from "../../ops/operation.ts";
import { operationOf } from "../../ops/registry.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const singleValueLint = lint("lints/single-value", function* ({ graph, train, trained }) {
  for (const acrossBatch of [true, false]) {
    const found = singleValued(graph, train?.batch, trained, acrossBatch);
    const [first, ...others] = found;
    const single = first && operationOf(first).statistics?.(first.attributes, [1, 1, 1]);
    const place = first && placeOf(first);
    if (first === undefined || place === undefined) continue;
    const acrossChannels = single?.acrossChannels === true;
    yield {
      facts: { operation: first.operation, acrossBatch, acrossChannels, others: others.length },
      ...place,
    };
  }
});

function singleValued(
  graph: Graph,
  batch: number | undefined,
  trained: () => ShapedGraph | undefined,
  acrossBatch: boolean,
): readonly GraphNode[] {
  return graph.nodes.filter((node) => {
    const constant = constantShape(node);
    // The training size is computed only where it matters.
    const shape = constant ?? trained()?.shapes[node.id];
    return shape !== undefined && singleValue(node, shape, batch)?.acrossBatch === acrossBatch;
  });
}

/** The shape of a feature map whose size does not depend on the input, as after global pooling. */
function constantShape({ map: { channels, size } }: GraphNode): MapShape | undefined {
  const [height, width] = [constantCells(size[0]), constantCells(size[1])];
  return height === undefined || width === undefined ? undefined : [channels, height, width];
}
