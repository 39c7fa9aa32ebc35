/** What a model says about itself beside its graph: `userDefinedMetadata.fcn` of its JSON. */
import { acceptedFormulas } from "../../analyses/explain/accepted-formulas.ts";
import { acceptedByInput, describeWeights } from "../model-facts.ts";
import type { TargetSubject } from "../target.ts";

export function metadata(subject: TargetSubject) {
  const { network, classes, normalisations, preprocess, source, weights } = subject;
  const { graph, parameters } = network;
  const several = graph.outputs.length > 1;
  return {
    // With these `predict` gives several outputs by name.
    ...(several ? { structuredOutputKeys: graph.outputs.map(({ name }) => name) } : {}),
    fcn: {
      network: graph.name,
      ...(network.doc === undefined ? {} : { documentation: network.doc }),
      parameters: Object.fromEntries(parameters),
      source,
      ...(weights === undefined ? {} : { weights: describeWeights(weights.origin) }),
      ...(classes === undefined ? {} : { classes }),
      accepts: acceptedFormulas(graph, { unicode: true }),
      accepted_sizes: acceptedByInput(graph),
      ...(normalisations.size === 0
        ? {}
        : { normalisation: { included: preprocess, inputs: Object.fromEntries(normalisations) } }),
    },
  };
}
