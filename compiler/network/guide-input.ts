/** The input whose colours a conditional random field compares. */
import type { GraphNode, NodeOf } from "./graph.ts";

/** Operations whose channels keep their meaning: positions are chosen, repeated or averaged. */
const keepsColours: ReadonlySet<GraphNode["operation"]> = new Set([
  "crop",
  "crop_to",
  "pad",
  "maxpool",
  "avgpool",
  "resize",
  "resize_to",
]);

export type GuideInput =
  | { readonly input: NodeOf<"input"> }
  /** The first node on the way back that mixes channels or learns. */
  | { readonly input: undefined; readonly made: GraphNode | undefined };

/** Walks back from the guide to the input it shows. */
export function guideInput(nodeAt: (id: number) => GraphNode | undefined, guide: number): GuideInput {
  let node = nodeAt(guide);
  while (node !== undefined && keepsColours.has(node.operation)) node = nodeAt(node.inputs[0] ?? -1);
  return node?.operation === "input" ? { input: node } : { input: undefined, made: node };
}
