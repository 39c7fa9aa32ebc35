/** Whether a training step would normalise a single value, which no engine is asked to do. */
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import { singleValue } from "../../compiler/network/single-value.ts";
import { UserError } from "../user-error.ts";

/**
 * Its variance is 0: training sees a constant, a running variance decays to 0, and predictions collapse while the loss falls.
 * @param trained names of the outputs that learn; what only others depend on is not computed.
 * @throws UserError naming the layer.
 */
export function refuseSingleValues(
  { graph, shapes }: ShapedGraph,
  images: number,
  trained: Iterable<string>,
): void {
  const computed = nodesBehind(graph, new Set(trained));
  for (const node of graph.nodes) {
    const shape = shapes[node.id];
    if (shape === undefined || !computed.has(node.id)) continue;
    const single = singleValue(node, shape, images);
    if (single !== undefined) throw refusal(graph, node, single.acrossBatch);
  }
}

function refusal(graph: Graph, { name, operation }: GraphNode, acrossBatch: boolean): UserError {
  const why = acrossBatch ? "the batch has 1 image" : "it normalises each image by itself";
  return new UserError(
    `${graph.name} cannot be trained with this batch: "${name}" (${operation}) would normalise a single value, because its feature map is 1×1 and ${why}`,
    acrossBatch
      ? "use a batch of at least 2 images of one size, or larger images; last_batch join adds a single leftover image to the batch before it; batchnorm(frozen) uses its stored statistics"
      : "remove it, or normalise before the feature map is 1×1",
  );
}

/** An input has a smaller number than what takes it. */
function nodesBehind(graph: Graph, outputs: ReadonlySet<string>): ReadonlySet<number> {
  const found = new Set(
    graph.outputs.filter(({ name }) => outputs.has(name)).flatMap(({ node, logits }) => [node, logits]),
  );
  for (const node of [...graph.nodes].reverse())
    if (found.has(node.id)) for (const input of node.inputs) found.add(input);
  return found;
}
