/** How a weight of a graph is called in files and messages: `${node}.${weight}`, e.g. "level[0].conv1.weight". */
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import type { WeightSpecification } from "../../compiler/ops/operation.ts";

export interface GraphWeight {
  readonly name: string;
  readonly node: GraphNode;
  readonly specification: WeightSpecification;
}

/** Every weight of a graph, in node order. */
export function weightsOf(graph: Graph): readonly GraphWeight[] {
  return graph.nodes.flatMap((node) =>
    node.weights.map((specification) => ({
      name: `${node.name}.${specification.name}`,
      node,
      specification,
    })),
  );
}

/** How many numbers a shape holds; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
