/** What a whole graph has and costs: parameters, MACs, the memory of its activations. */
import type { MapShape, WeightSpecification } from "../ops/operation.ts";
import { operationOf } from "../ops/registry.ts";
import type { Graph, GraphNode } from "./graph.ts";
import type { ShapedGraph } from "./shape-graph.ts";

/** Weights, biases, and normalisation scale and shift; running statistics are not counted. */
export function countParameters(weights: readonly WeightSpecification[]): number {
  return sum(weights.filter((weight) => weight.counted).map(elements));
}

/** The counted ones that the optimiser changes. */
export function countTrainable(weights: readonly WeightSpecification[]): number {
  return sum(weights.filter((weight) => weight.counted && weight.trainable).map(elements));
}

export function weightsOf(graph: Graph): readonly WeightSpecification[] {
  return graph.nodes.flatMap((node) => node.weights);
}

/** MACs for one image, by node id, as `Operation.multiplyAdds` counts them. */
export function multiplyAdds(shaped: ShapedGraph): readonly number[] {
  return shaped.graph.nodes.map((node) => {
    const inputs = node.inputs.map((id) => shapeOf(shaped, id));
    return operationOf(node).multiplyAdds(node.attributes, inputs, shapeOf(shaped, node.id));
  });
}

/** Bytes of all activations (float32, batch 1), each counted once. What an engine keeps besides is not included. */
export function mapBytes(shaped: ShapedGraph): number {
  return 4 * sum(shaped.shapes.map(([channels, height, width]) => channels * height * width));
}

export function shapeOf(shaped: ShapedGraph, id: GraphNode["id"]): MapShape {
  const shape = shaped.shapes[id];
  if (shape === undefined) throw new RangeError(`the graph has no node ${id}`);
  return shape;
}

function elements(weight: WeightSpecification): number {
  return weight.shape.reduce((product, length) => product * length, 1);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
