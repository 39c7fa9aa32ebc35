/** Whether a rectifier follows a feature map, which decides the gain of its layer's initial weights. */
import type { OperationName } from "../ops/attributes.ts";
import type { Graph } from "./graph.ts";

/**
 * What an operation means for the second moment of what it reads: a rectifier about halves it (He et al. 2015, section 2.2),
 * others pass on their first feature map, or all they join; the rest ends the path: it has weights of its own or bounds the
 * values.
 */
const effects: Readonly<Record<OperationName, "rectifies" | "passes" | "joins" | "ends">> = {
  input: "ends",
  conv: "ends",
  transposed_conv: "ends",
  dense: "ends",
  maxpool: "passes",
  avgpool: "passes",
  adaptive_pool: "passes",
  global_pool: "passes",
  unpool: "passes",
  bed_of_nails: "passes",
  resize: "passes",
  resize_to: "passes",
  pixel_shuffle: "passes",
  pixel_unshuffle: "passes",
  batchnorm: "passes",
  instancenorm: "passes",
  groupnorm: "passes",
  lrn: "passes",
  relu: "rectifies",
  relu6: "rectifies",
  leaky_relu: "rectifies",
  elu: "rectifies",
  prelu: "rectifies",
  sigmoid: "ends",
  tanh: "ends",
  softmax: "ends",
  dropout: "passes",
  concat: "joins",
  add: "joins",
  multiply: "ends",
  crop: "passes",
  crop_to: "passes",
  pad: "passes",
  crf: "ends",
};

/** Whether the values of the node's feature map reach a rectifier before any further weights, on at least one way. */
export function isRectified(graph: Graph, node: number): boolean {
  const reached = new Set([node]);
  // Nodes follow what they read.
  for (const { id, operation, inputs } of graph.nodes) {
    const effect = effects[operation];
    const read = effect === "joins" ? inputs : inputs.slice(0, 1);
    if (effect === "ends" || !read.some((input) => reached.has(input))) continue;
    if (effect === "rectifies") return true;
    reached.add(id);
  }
  return false;
}
