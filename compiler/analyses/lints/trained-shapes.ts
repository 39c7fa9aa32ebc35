/** The feature maps of a network at the training size. */

import { type PerAxis, perAxis } from "../../axis.ts";
import { divide, multiply, rational } from "../../geometry/rational.ts";
import { cropOf } from "../../learning/augmentations/registry.ts";
import type { TrainConfiguration } from "../../learning/configuration.ts";
import { imagePixels } from "../../learning/inputs/image-scale.ts";
import type { Graph } from "../../network/graph.ts";
import { sceneOfGraph } from "../../network/scene.ts";
import { type ShapedGraph, shapeGraph } from "../../network/shape-graph.ts";
import { sizesOfInputs } from "../../network/sizes-of-inputs.ts";
import { isInput } from "../../ops/input.ts";

/** `undefined` where neither the training crop nor the inputs define a size, or the network does not accept it. */
export function trainedShapes(graph: Graph, train: TrainConfiguration | undefined): ShapedGraph | undefined {
  const scene = sceneOfGraph(graph);
  if ("kind" in scene) return undefined;
  const image = imagePixels(scene, train?.inputs ?? []);
  const inputs = new Map<string, PerAxis<number>>();
  for (const id of graph.inputs) {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node)) continue;
    const { name, size } = node.attributes;
    const shown = scene.inputs.get(name);
    const [height, width] = perAxis((axis) => {
      const { symbol, shift } = size[axis];
      if (symbol === undefined) return shift;
      const crop = train && cropOf(train.augment)?.[axis];
      if (crop === undefined || shown?.kind !== "pixels") return undefined;
      const { numerator, denominator } = divide(multiply(rational(crop), shown.pixels[axis]), image[axis]);
      return numerator / denominator;
    });
    if (height === undefined || width === undefined) return undefined;
    inputs.set(name, [height, width]);
  }
  const sizes = sizesOfInputs(graph, inputs);
  if ("kind" in sizes) return undefined;
  const shaped = shapeGraph(graph, sizes);
  return shaped.kind === "shaped" ? shaped : undefined;
}
