/** A graph model of TensorFlow.js: model.json with the graph, and its weights in shards. */
import type { Emission, Target, TargetSubject } from "../target.ts";
import { utf8 } from "../utf8.ts";
import { type Lowered, lowerGraph } from "./lower.ts";
import { metadata } from "./metadata.ts";
import { shardsOf } from "./weights-manifest.ts";

export const tfjsModel = {
  name: "tfjs-model",
  summary: "a graph model with its weights, for tf.loadGraphModel of TensorFlow.js on any backend",
  holdsWeights: true,
  refusals: (subject) => {
    const lowered = lower(subject);
    return lowered.kind === "refused" ? lowered.diagnostics : [];
  },
  emit,
} satisfies Target;

function lower(subject: TargetSubject): Lowered {
  const { weights } = subject;
  if (weights === undefined) throw new Error("a graph model holds weights, and none are given");
  return lowerGraph(subject, weights.valuesOf);
}

function emit(subject: TargetSubject): Emission {
  const lowered = lower(subject);
  if (lowered.kind === "refused") return lowered;
  const { inputs, outputs, nodes, constants } = lowered;
  const shards = shardsOf(constants);
  const model = {
    format: "graph-model",
    generatedBy: `fcn ${subject.version}`,
    convertedBy: `fcn ${subject.version}`,
    signature: { inputs, outputs },
    userDefinedMetadata: metadata(subject),
    // Of a graph as TensorFlow 2 writes it.
    modelTopology: { node: nodes, library: {}, versions: { producer: 987, minConsumer: 12 } },
    weightsManifest: shards.manifest,
  };
  return { kind: "files", files: new Map([["model.json", utf8(JSON.stringify(model))], ...shards.files]) };
}
