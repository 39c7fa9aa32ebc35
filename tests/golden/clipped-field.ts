/** The golden file's field: over a layer's cells, the largest part of the field that lies inside the input. */
import { fieldOfCell } from "../../compiler/geometry/grid.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";

export function clippedField(graph: Graph, layer: string, axis: 0 | 1, inputSize: number): number {
  const node = graph.nodes.find(({ name }) => name === layer);
  if (node === undefined) throw new Error(`no layer ${layer}`);
  const geometry = node.map.geometry[axis];
  if (geometry.kind === "whole") return inputSize;
  if (geometry.kind === "sized") throw new Error(geometry.reason);
  let largest = 0;
  for (let cell = 0; cell < (sizeAt(node.map.size[axis], inputSize) ?? 0); cell++) {
    const field = fieldOfCell(geometry, cell);
    if (field === undefined) continue;
    largest = Math.max(largest, Math.min(field.high, inputSize - 1) - Math.max(field.low, 0) + 1);
  }
  return largest;
}
