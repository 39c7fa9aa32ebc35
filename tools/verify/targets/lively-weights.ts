/** Weights that make every layer of an untrained network matter: initial ones leave biases, shifts and running means at 0. */

import type { Graph } from "../../../compiler/network/graph.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import type { WeightArray } from "../../../runtime/arrays.ts";
import { Random } from "../../../runtime/random.ts";
import { kernelOf } from "../../../runtime/weights/initialise.ts";
import { elementCount, type GraphWeight, weightsOf } from "../../../runtime/weights/weight-name.ts";

/** What is added to a shortcut is made smaller, so that values do not grow from block to block. */
const addedFactor = 0.3;

/** The same seed and name give the same values. */
export function livelyWeights(graph: Graph, seed: number): ReadonlyMap<string, WeightArray> {
  const added = new Set(
    graph.nodes.flatMap((node) => (operationOf(node).joins === "adds" ? node.inputs : [])),
  );
  return new Map(
    weightsOf(graph).map((weight) => {
      const { shape } = weight.specification;
      const factor = added.has(weight.node.id) ? addedFactor : 1;
      const draw = drawer(weight, factor, new Random(seed, weight.name));
      return [weight.name, { shape, data: Float32Array.from({ length: elementCount(shape) }, draw) }];
    }),
  );
}

function drawer(weight: GraphWeight, factor: number, random: Random): () => number {
  switch (weight.specification.name) {
    case "weight": {
      // He et al. 2015, equation 10: values neither vanish nor grow from layer to layer.
      const deviation = factor * Math.sqrt(2 / kernelOf(weight).fan.in);
      return () => deviation * random.normal();
    }
    case "bias":
    case "shift":
    case "running_mean":
      return () => random.between(-0.2, 0.2);
    case "slope":
      return () => random.between(0.1, 0.4);
    case "scale":
      return () => factor * random.between(0.7, 1.4);
    case "running_variance":
      return () => random.between(0.7, 1.4);
    default:
      return () => random.between(0.2, 1.5);
  }
}
