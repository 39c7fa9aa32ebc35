/** What changed from one network to another: totals, layers, and which weights of the one fit the other. */

import type { CompiledNetwork } from "../../compiled-network.ts";
import { deepEqual } from "../../network/deep-equal.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import type { ShapeRefusal } from "../../network/shape-refusal.ts";
import { isInput } from "../../ops/input.ts";
import { operationOf } from "../../ops/registry.ts";
import { writeAttributes } from "../../ops/schema.ts";
import { inspectNetwork } from "../inspect/inspect.ts";
import type { InspectedLayer, Inspection } from "../inspect/inspection.ts";
import type { SizesAsked } from "../inspect/sizes-asked.ts";
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
  const [olds, news] = [layersOf(before.graph, old), layersOf(after.graph, fresh)];
  const numbers = attributeNumbers([...olds, ...news]);
  const pairs = align(olds, news, {
    of: (a, b) => likeness(a.node, b.node, numbers),
    most: mostLikeness,
    name: ({ node }) => node.name,
  }).map(([i, j]) => [olds[i ?? -1], news[j ?? -1]] as const);
  return {
    before: factsOf(old),
    after: factsOf(fresh),
    layers: pairs.map(([a, b]) => layerDiff(a, b)),
    weights: weightDiff(
      before.graph,
      after.graph,
      pairs.map(([a, b]) => [a?.node, b?.node]),
    ),
  };
}

interface Layer {
  readonly node: GraphNode;
  readonly inspected: InspectedLayer;
}

/** In the order of an inspection. */
function layersOf({ nodes }: Graph, { layers }: Inspection): readonly Layer[] {
  return nodes
    .filter((node) => !isInput(node))
    .map((node, place) => {
      const inspected = layers[place];
      if (inspected === undefined) throw new Error(`no layer ${place}`);
      return { node, inspected };
    });
}

/** The same number for equal attributes: of large networks, every layer is compared with every other. */
function attributeNumbers(layers: readonly Layer[]): ReadonlyMap<GraphNode, number> {
  const numbers = new Map<string, number>();
  /** By operation and attributes as JSON, which is quicker to write. */
  const known = new Map<string, number>();
  return new Map(
    layers.map(({ node }) => {
      const json = `${node.operation} ${JSON.stringify(node.attributes)}`;
      const before = known.get(json);
      if (before !== undefined) return [node, before];
      const written = writeAttributes(operationOf(node).schema, node.attributes);
      const text = [node.operation, ...written.map(({ text }) => text)].join(" ");
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      known.set(json, number);
      return [node, number];
    }),
  );
}

const mostLikeness = 9;

/** Only operations of one kind are matched. What an operation does counts more than its name. */
function likeness(a: GraphNode, b: GraphNode, numbers: ReadonlyMap<GraphNode, number>): number {
  if (a.operation !== b.operation) return 0;
  return 2 + (numbers.get(a) === numbers.get(b) ? 4 : 0) + (a.name === b.name ? 3 : 0);
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
  const facts = differing(before.inspected, after.inspected).filter((key) => !unlisted.has(key));
  const both = { before: before.inspected, after: after.inspected };
  if (attributes.length > 0 || facts.length > 0) return { kind: "changed", ...both, attributes, facts };
  return { kind: before.node.name === after.node.name ? "same" : "renamed", ...both };
}

/** A name is reported as a renaming, a table with its height or width. */
const unlisted: ReadonlySet<string> = new Set(["name", "heightTable", "widthTable"]);

/** The keys whose values differ. */
function differing(a: object, b: object): readonly string[] {
  if (a === b) return [];
  const keys = Object.keys(a).filter((key) => !deepEqual(Reflect.get(a, key), Reflect.get(b, key)));
  for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) keys.push(key);
  return keys;
}
