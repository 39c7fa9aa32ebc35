/** Grids in pixels of the scene, in which tiles are placed. */
import type { Grid } from "../../geometry/axis-geometry.ts";
import { gridIn } from "../../geometry/input-scale.ts";
import type { Graph } from "../../network/graph.ts";
import { sceneOfGraph, scenePixels } from "../../network/scene.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { gridsAt } from "../alignment/places-at.ts";

/** By node; `undefined`: none, or of an input that is resized. */
export function sceneGrids(shaped: ShapedGraph, axis: 0 | 1): readonly (Grid | undefined)[] {
  return gridsAt(shaped, axis).map((grid) => grid && inScene(shaped.graph, grid, axis));
}

export function inScene(graph: Graph, grid: Grid, axis: 0 | 1): Grid | undefined {
  const scene = sceneOfGraph(graph);
  return "kind" in scene ? undefined : gridIn(grid, scenePixels(scene, axis));
}
