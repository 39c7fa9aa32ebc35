/** What a model says about itself beside its graph: strings by name. */
import type { Message } from "../../onnx/schema.ts";
import { acceptedByInput, describeWeights } from "../model-facts.ts";
import type { TargetSubject } from "../target.ts";

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
    ["accepted_sizes", JSON.stringify(acceptedByInput(graph))],
    [
      "normalisation",
      normalisations.size === 0
        ? undefined
        : JSON.stringify({ included: preprocess, inputs: Object.fromEntries(normalisations) }),
    ],
  ];
  return entries.flatMap(([key, value]) => (value === undefined ? [] : [{ key: `fcn.${key}`, value }]));
}
