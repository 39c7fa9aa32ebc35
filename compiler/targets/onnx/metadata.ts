/** What a model says about itself beside its graph: strings by name. */

import { acceptedSizes } from "../../analyses/inspect/accepted-sizes.ts";
import { perAxis } from "../../axis.ts";
import type { Graph } from "../../network/graph.ts";
import type { Message } from "../../onnx/schema.ts";
import { isInput } from "../../ops/input.ts";
import type { TargetSubject, TargetWeights } from "../target.ts";

/** Structured values are JSON. Keys begin with "fcn." */
export function metadata(subject: TargetSubject): readonly Message<"StringStringEntryProto">[] {
  const { network, classes, normalisations, preprocess, source, weights } = subject;
  const { graph, parameters } = network;
  const entries: readonly (readonly [key: string, value: string | undefined])[] = [
    ["network", graph.name],
    ["parameters", JSON.stringify(Object.fromEntries(parameters))],
    ["source", source],
    ["weights", weights === undefined ? undefined : describeWeights(weights.origin)],
    ["classes", classes === undefined ? undefined : JSON.stringify(classes)],
    ["accepted_sizes", JSON.stringify(Object.fromEntries(accepted(graph)))],
    [
      "normalisation",
      normalisations.size === 0
        ? undefined
        : JSON.stringify({ included: preprocess, inputs: Object.fromEntries(normalisations) }),
    ],
  ];
  return entries.flatMap(([key, value]) => (value === undefined ? [] : [{ key: `fcn.${key}`, value }]));
}

function describeWeights(origin: TargetWeights["origin"]): string {
  switch (origin.kind) {
    case "initial":
      return `initial, not trained (seed ${origin.seed})`;
    case "trained":
      return `trained for ${origin.epoch} epochs, ${origin.step} steps; program ${origin.source}`;
    case "imported":
      return "from another program";
  }
}

/** In pixels, as `fcn inspect --json` gives them, by input. */
function accepted(graph: Graph) {
  return graph.nodes.flatMap((node) => {
    if (!isInput(node)) return [];
    const [height, width] = perAxis((axis) => acceptedSizes(graph, node.attributes.size[axis]));
    return [[node.attributes.name, { height, width }] as const];
  });
}
