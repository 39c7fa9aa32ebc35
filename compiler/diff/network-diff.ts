/** What changed from one network to another: totals, layers, and which weights of the one fit the other. */
import type { CompiledNetwork } from "../compile.ts";
import { inspectNetwork } from "../inspect/inspect.ts";
import type { InspectedLayer, Inspection } from "../inspect/inspection.ts";
import type { SizesAsked } from "../inspect/sizes-asked.ts";
import { deepEqual } from "../ir/deep-equal.ts";
import type { Graph, GraphNode } from "../ir/graph.ts";
import type { ShapeRefusal } from "../ir/shape-refusal.ts";
import { align } from "./align.ts";
import { type WeightDiff, weightDiff } from "./weight-diff.ts";

/** Plain data: what `fcn diff --json` prints. */
export interface NetworkDiff {
  readonly before: NetworkFacts;
  readonly after: NetworkFacts;
  readonly layers: readonly LayerDiff[];
  readonly weights: WeightDiff;
}

export type NetworkFacts = Omit<Inspection, "layers"> & {
  /** For one image; `null` without a size. */
  readonly macs: number | null;
};

export type LayerDiff =
  | { readonly kind: "same" | "renamed"; readonly before: InspectedLayer; readonly after: InspectedLayer }
  | {
      readonly kind: "changed";
      readonly before: InspectedLayer;
      readonly after: InspectedLayer;
      /** What of the layer itself differs ("kernel", "channels"), and what follows from layers before it ("field"). */
      readonly attributes: readonly string[];
      readonly facts: readonly string[];
    }
  | { readonly kind: "added"; readonly after: InspectedLayer }
  | { readonly kind: "removed"; readonly before: InspectedLayer };

/** Refused: a size that one of them does not accept. */
export function diffNetworks(
  before: CompiledNetwork,
  after: CompiledNetwork,
  size?: SizesAsked,
): NetworkDiff | ShapeRefusal {
  const [old, fresh] = [inspectNetwork(before, size), inspectNetwork(after, size)];
  if ("kind" in old) return old;
  if ("kind" in fresh) return fresh;
  const pairs = align(layersOf(before.graph), layersOf(after.graph), likeness);
  return {
    before: factsOf(old),
    after: factsOf(fresh),
    layers: pairs.map(([i, j]) =>
      layerDiff(
        i === undefined ? undefined : layerAt(before.graph, old, i),
        j === undefined ? undefined : layerAt(after.graph, fresh, j),
      ),
    ),
    weights: weightDiff(
      before.graph,
      after.graph,
      pairs.map(([i, j]) => [
        i === undefined ? undefined : layersOf(before.graph)[i],
        j === undefined ? undefined : layersOf(after.graph)[j],
      ]),
    ),
  };
}

interface Layer {
  readonly node: GraphNode;
  readonly inspected: InspectedLayer;
}

/** In the order of an inspection. */
function layersOf({ nodes }: Graph): readonly GraphNode[] {
  return nodes.filter(({ operation }) => operation !== "input");
}

function layerAt(graph: Graph, { layers }: Inspection, place: number): Layer {
  const node = layersOf(graph)[place];
  const inspected = layers[place];
  if (node === undefined || inspected === undefined) throw new Error(`no layer ${place}`);
  return { node, inspected };
}

/** Only one operation stands beside another of its kind. What it does counts more than what it is called. */
function likeness(a: GraphNode, b: GraphNode): number {
  if (a.operation !== b.operation) return 0;
  return 2 + (deepEqual(a.attributes, b.attributes) ? 4 : 0) + (a.name === b.name ? 3 : 0);
}

function factsOf({ layers, ...facts }: Inspection): NetworkFacts {
  const macs = layers.map((layer) => layer.macs);
  const sum = macs.reduce<number>((total, value) => total + (value ?? 0), 0);
  return { ...facts, macs: macs.every((value) => value !== null) ? sum : null };
}

function layerDiff(before: Layer | undefined, after: Layer | undefined): LayerDiff {
  if (before === undefined) {
    if (after === undefined) throw new Error("a pair of nothing");
    return { kind: "added", after: after.inspected };
  }
  if (after === undefined) return { kind: "removed", before: before.inspected };
  const attributes = differing(before.node.attributes, after.node.attributes);
  const facts = differing(before.inspected, after.inspected).filter((key) => key !== "name");
  const both = { before: before.inspected, after: after.inspected };
  if (attributes.length > 0 || facts.length > 0) return { kind: "changed", ...both, attributes, facts };
  return { kind: before.node.name === after.node.name ? "same" : "renamed", ...both };
}

/** The keys whose values differ. */
function differing(a: object, b: object): readonly string[] {
  const one = Object.entries(a);
  const other = new Map(Object.entries(b));
  const keys = new Set([...one.map(([key]) => key), ...other.keys()]);
  const values = new Map(one);
  return [...keys].filter((key) => !deepEqual(values.get(key), other.get(key)));
}
