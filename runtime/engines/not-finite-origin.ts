/** Where the values of a batch stop being finite numbers: the first weight, feature map, term of a loss or gradient. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import { type ComparedOutput, nodesOf } from "../../compiler/tensors/programs/compared-outputs.ts";
import type { MapBatch, WeightArray } from "../arrays.ts";
import { elementCount } from "../weights/weight-name.ts";
import type { NotFiniteOrigin, StepResult } from "./engine.ts";
import type { TrainedOutput } from "./trained-outputs.ts";

/** Of the feature maps that are examined at once: they are held beside those that a step keeps. */
const mostBytes = 2 ** 28;

export function weightNotFinite(weights: ReadonlyMap<string, WeightArray>): NotFiniteOrigin | undefined {
  for (const [name, { data }] of weights) if (countNotFinite(data) > 0) return { kind: "weight", name };
  return undefined;
}

/** The nodes that the outputs are computed from, in their order, in groups whose feature maps fit into memory together. */
export function examinedNodes(
  { graph, shapes }: ShapedGraph,
  batch: number,
  outputs: readonly ComparedOutput[],
): readonly (readonly number[])[] {
  const needed = new Set(outputs.flatMap(nodesOf));
  for (const node of graph.nodes.toReversed())
    if (needed.has(node.id)) for (const id of node.inputs) needed.add(id);
  const groups: number[][] = [];
  let room = 0;
  for (const { id } of graph.nodes) {
    if (!needed.has(id) || graph.inputs.includes(id)) continue; // inputs were examined when they were given
    const bytes = 4 * batch * elementCount(shapes[id] ?? []);
    if (groups.length === 0 || bytes > room) {
      groups.push([]);
      room = mostBytes;
    }
    groups.at(-1)?.push(id);
    room -= bytes;
  }
  return groups;
}

/** @param maps by the numbers of their nodes, in the graph's order */
export function mapNotFinite(
  { nodes }: Graph,
  maps: ReadonlyMap<string, MapBatch>,
): NotFiniteOrigin | undefined {
  for (const [id, { data }] of maps) {
    const values = countNotFinite(data);
    if (values === 0) continue;
    const node = nodes[Number(id)];
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return { kind: "map", node: node.name, span: node.origin.span, values, of: data.length };
  }
  return undefined;
}

export function termNotFinite(
  { terms }: Pick<StepResult, "terms">,
  trained: readonly TrainedOutput[],
): NotFiniteOrigin | undefined {
  for (const { output, terms: settings } of trained) {
    const place = (terms.get(output.name) ?? []).findIndex(({ value }) => !Number.isFinite(value));
    const term = settings[place]?.term;
    if (term !== undefined) return { kind: "loss", output: output.name, term: term.kind };
  }
  return undefined;
}

/** @param gradients in the graph's order */
export function gradientNotFinite(gradients: ReadonlyMap<string, WeightArray>): NotFiniteOrigin | undefined {
  for (const [weight, { data }] of [...gradients].reverse())
    if (countNotFinite(data) > 0) return { kind: "gradient", weight };
  return undefined;
}

export function countNotFinite(data: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) count += 1;
  return count;
}
