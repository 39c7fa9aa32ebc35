/**
 * A receptive field that is smaller than the objects that the train section declares, or than the training image. The
 * effective receptive field is even smaller: its weights are Gaussian and vanish towards the borders (Luo et al. 2016,
 * "Understanding the Effective Receptive Field", section 2.2).
 */
import { axes } from "../../axis.ts";
import { largestField, smallestField } from "../../geometry/field-size.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { lint } from "./lint.ts";
import { placeOf } from "./place.ts";

export const smallField = lint("lints/small-field", function* ({ graph, train, trained }) {
  const shapes = trained()?.shapes;
  for (const output of graph.outputs) {
    const node = graph.nodes[output.node];
    const place = node === undefined ? undefined : placeOf(node);
    if (node === undefined || place === undefined) continue;
    const input = onlyInput(graph);
    const image = input === undefined ? undefined : shapes?.[input];
    for (const axis of [0, 1] as const) {
      const geometry = node.map.geometry[axis];
      const [least, most] = [smallestField(geometry), largestField(geometry)];
      if (least === undefined || most === undefined) continue;
      const facts = { output: output.name, axis: axes[axis] };
      const objects = train?.objects?.[axis];
      const pixels = image?.[axis === 0 ? 1 : 2];
      if (objects !== undefined && least < objects)
        yield { facts: { ...facts, field: least, size: objects, what: "objects" as const }, ...place };
      else if (pixels !== undefined && most < pixels)
        yield { facts: { ...facts, field: most, size: pixels, what: "image" as const }, ...place };
      else continue;
      break;
    }
  }
});

/** Receptive fields are in pixels of the input; with several inputs of different scale it is not defined of which. */
function onlyInput(graph: Graph): GraphNode["id"] | undefined {
  const [id, second] = graph.inputs;
  return second === undefined ? id : undefined;
}
