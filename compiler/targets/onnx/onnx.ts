/** ONNX, opset 17: a model file with the graph and its weights. */
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Graph } from "../../network/graph.ts";
import { encodeModel } from "../../onnx/schema.ts";
import type { Emission, Target, TargetSubject } from "../target.ts";
import { type Lowered, lowerGraph } from "./lower.ts";
import { metadata } from "./metadata.ts";

export const onnx = {
  name: "onnx",
  summary: "an ONNX model (opset 17) with its weights, for ONNX Runtime and converters from ONNX",
  holdsWeights: true,
  refusals: (subject) => {
    const lowered = lower(subject);
    return lowered.kind === "refused" ? lowered.diagnostics : [];
  },
  emit,
} satisfies Target;

function lower(subject: TargetSubject): Lowered {
  const { network, weights } = subject;
  if (weights === undefined) throw new Error("an ONNX model holds weights, and none are given");
  const tooLarge = refuseSize(network.graph);
  if (tooLarge !== undefined) return { kind: "refused", diagnostics: [tooLarge] };
  return lowerGraph(subject, weights.valuesOf);
}

function emit(subject: TargetSubject): Emission {
  const { network, version } = subject;
  const lowered = lower(subject);
  if (lowered.kind === "refused") return lowered;
  const model = encodeModel({
    ir_version: 8,
    opset_import: [{ domain: "", version: 17 }],
    producer_name: "fcn",
    producer_version: version,
    graph: lowered.graph,
    metadata_props: metadata(subject),
  });
  return { kind: "files", files: new Map([[`${network.name}.onnx`, model]]) };
}

/** Protocol buffers count bytes in 31 bits; what is not weights stays far below the rest. */
const mostBytes = 2 ** 31 - 2 ** 24;

/** At the layer with the most weights. */
function refuseSize({ nodes }: Graph): Diagnostic | undefined {
  const sizes = nodes.map(({ weights }) =>
    weights.reduce(
      (bytes, { shape }) => bytes + 4 * shape.reduce((product, extent) => product * extent, 1),
      0,
    ),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= mostBytes) return undefined;
  const largest = nodes[sizes.indexOf(Math.max(...sizes))];
  const span = largest?.origin.calledAt ?? largest?.origin.span;
  if (largest === undefined || span === undefined) throw new Error("a network without a source is too large");
  return diagnose("targets/too-large", { target: "onnx", bytes, most: mostBytes, layer: largest.name }, span);
}
