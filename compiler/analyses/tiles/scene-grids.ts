/** Grids in pixels of the scene, in which tiles are placed. */
import type { Grid } from "../../geometry/axis-geometry.ts";
import { gridIn } from "../../geometry/input-scale.ts";
import type { Graph } from "../../network/graph.ts";
import { sceneOfGraph, scenePixels } from "../../network/scene.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { isInput } from "../../ops/input.ts";
import { gridsAt } from "../alignment/places-at.ts";

/** By node; `undefined`: none, or of an input that is resized. */
export function sceneGrids(shaped: ShapedGraph, axis: 0 | 1): readonly (Grid | undefined)[] {
  return gridsAt(shaped, axis).map((grid) => grid && inScene(shaped.graph, grid, axis));
}

export function inScene(graph: Graph, grid: Grid, axis: 0 | 1): Grid | undefined {
  const scene = sceneOfGraph(graph);
  return "kind" in scene ? undefined : gridIn(grid, scenePixels(scene, axis));
}

/** By node: whether it is computed from resized inputs alone, so that it is the same in every tile. */
export function sameInEveryTile(graph: Graph): readonly boolean[] {
  const scene = sceneOfGraph(graph);
  const same: boolean[] = [];
  for (const node of graph.nodes) {
    const resized =
      isInput(node) && !("kind" in scene) && scene.inputs.get(node.attributes.name)?.kind === "resized";
    same.push(resized || (node.inputs.length > 0 && node.inputs.every((input) => same[input])));
  }
  return same;
}
