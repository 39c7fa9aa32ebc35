/** The facts of a network: what it accepts and gives, and each of its layers. */

import { type PerAxis, perAxis } from "../../axis.ts";
import type { CompiledNetwork } from "../../compiled-network.ts";
import { reasonOf } from "../../geometry/sized.ts";
import type { Graph, GraphNode, InputNode } from "../../network/graph.ts";
import { sizeFormulas, sizeTables } from "../../network/map-text.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import type { ShapeRefusal } from "../../network/shape-refusal.ts";
import { countParameters, countTrainable, multiplyAdds, shapeOf, weightsOf } from "../../network/totals.ts";
import { isInput } from "../../ops/input.ts";
import { operationOf } from "../../ops/registry.ts";
import { placesAt } from "../alignment/places-at.ts";
import { acceptedSizes, acceptedSymbols } from "./accepted-sizes.ts";
import type { Cells, InspectedInput, InspectedLayer, InspectedOutput, Inspection } from "./inspection.ts";
import { layerGeometry } from "./layer-geometry.ts";
import { type SizesAsked, shapeAt } from "./sizes-asked.ts";

/** Refused: a size that the network does not accept. */
export function inspectNetwork(network: CompiledNetwork, size?: SizesAsked): Inspection | ShapeRefusal {
  const shaped = size === undefined ? undefined : shapeAt(network.graph, size);
  return shaped?.kind === "refused" ? shaped : inspectGraph(network.graph, shaped);
}

/**
 * `shaped`: the same graph at concrete sizes, if numbers are wanted in place of formulas; `placed`: where its feature maps are
 * there, if that depends on the size.
 */
export function inspectGraph(
  graph: Graph,
  shaped: ShapedGraph | undefined,
  placed = shaped !== undefined && dependsOnSize(graph) ? placesAt(shaped) : undefined,
): Inspection {
  const weights = weightsOf(graph);
  const macs = shaped === undefined ? undefined : multiplyAdds(shaped);
  return {
    network: graph.name,
    parameters: countParameters(weights),
    trainable: countTrainable(weights),
    acceptedSizes: acceptedSymbols(graph),
    inputs: graph.nodes.filter(isInput).map((node) => inspectInput(graph, node)),
    outputs: graph.outputs.map(({ name, node }): InspectedOutput => {
      const made = graph.nodes[node];
      if (made === undefined) throw new Error(`output ${name} is no node of ${graph.name}`);
      const [height, width] = cells(graph, made, shaped);
      return { name, channels: made.map.channels, height, width, ...tables(graph, made) };
    }),
    layers: graph.nodes
      .filter((node) => !isInput(node))
      .map((node) => ({
        ...inspectLayer(graph, node, shaped, macs?.[node.id] ?? null),
        ...layerGeometry(node.map.geometry, placed?.[node.id]),
      })),
  };
}

/** Whether the grid or the receptive field of some feature map depends on the input's size. */
export function dependsOnSize(graph: Graph): boolean {
  return graph.nodes.some(({ map }) =>
    map.geometry.some((axis) => axis.kind === "sized" || reasonOf(axis) !== undefined),
  );
}

function inspectInput(graph: Graph, node: InputNode): InspectedInput {
  const { attributes } = node;
  const [height, width] = perAxis((axis) => acceptedSizes(graph, attributes.size[axis]));
  return {
    name: attributes.name,
    channels: attributes.channels,
    accepts: { height, width },
    ...tables(graph, node),
  };
}

function inspectLayer(
  graph: Graph,
  node: GraphNode,
  shaped: ShapedGraph | undefined,
  macs: number | null,
): Omit<InspectedLayer, "stride" | "offset" | "field"> {
  const [height, width] = cells(graph, node, shaped);
  const layer = {
    name: node.name,
    op: node.operation,
    channels: node.map.channels,
    height,
    width,
    ...tables(graph, node),
    parameters: countParameters(node.weights),
    macs,
  };
  const crop = cropOf(node, shaped);
  return crop === undefined ? layer : { ...layer, crop };
}

function cells(graph: Graph, node: GraphNode, shaped: ShapedGraph | undefined): PerAxis<Cells> {
  if (shaped === undefined) return sizeFormulas(node.map, graph.accepts, { unicode: false });
  const [, height, width] = shapeOf(shaped, node.id);
  return [height, width];
}

function tables(graph: Graph, node: GraphNode): Pick<InspectedLayer, "heightTable" | "widthTable"> {
  const [heightTable, widthTable] = sizeTables(node.map, graph.accepts);
  return { heightTable, widthTable };
}

/** Positions cropped before the first, of a crop to another feature map; `null` where that depends on the size. */
function cropOf(node: GraphNode, shaped: ShapedGraph | undefined): PerAxis<number | null> | undefined {
  const offset = operationOf(node).offset?.(node.attributes);
  const cut = shaped?.cuts.get(node.id);
  return offset && perAxis((axis) => cut?.[axis] ?? offset[axis] ?? null);
}
