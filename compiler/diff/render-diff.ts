/** A diff of networks as a person reads it. */
import type { CompiledNetwork } from "../compile.ts";
import type { InspectedLayer } from "../inspect/inspection.ts";
import { thousands, withPrefix } from "../inspect/numbers.ts";
import { renderInspection } from "../inspect/render.ts";
import type { Graph } from "../ir/graph.ts";
import { sizeFormulas } from "../ir/map-text.ts";
import type { LayerDiff, NetworkDiff } from "./network-diff.ts";
import type { WeightDiff } from "./weight-diff.ts";

export interface Side {
  /** The file, for the title. */
  readonly path: string;
  readonly network: CompiledNetwork;
}

/** Without a line break at the end. `-`: only before, `+`: only after, `~`: changed, `=`: another name. */
export function renderDiff(before: Side, after: Side, diff: NetworkDiff): string {
  const blocks = [
    `--- ${before.path}`,
    ...facts(before.network),
    ...cost(diff.before.macs),
    `+++ ${after.path}`,
    ...facts(after.network),
    ...cost(diff.after.macs),
    "",
    summary(diff.layers),
    ...diff.layers.flatMap((layer) => layerLines(layer, before.network.graph, after.network.graph)),
    "",
    ...weightLines(diff.weights),
  ];
  return blocks.join("\n");
}

function facts(network: CompiledNetwork): readonly string[] {
  const text = renderInspection(network, undefined, { color: false, unicode: true });
  return typeof text === "string" ? text.split("\n") : [text.message];
}

function cost(macs: number | null): readonly string[] {
  return macs === null ? [] : [`  ${withPrefix(macs, "MAC")} for one image`];
}

function summary(layers: readonly LayerDiff[]): string {
  const count = (kind: LayerDiff["kind"]) => layers.filter((layer) => layer.kind === kind).length;
  const own = layers.filter((layer) => layer.kind === "changed" && layer.attributes.length > 0).length;
  const parts = [
    `${count("same")} the same`,
    `${count("renamed")} renamed`,
    `${own} changed`,
    `${count("changed") - own} as they were on other maps`,
    `${count("added")} added`,
    `${count("removed")} removed`,
  ];
  return `layers: ${parts.join(", ")}`;
}

function layerLines(diff: LayerDiff, first: Graph, second: Graph): readonly string[] {
  switch (diff.kind) {
    case "same":
      return [];
    case "added":
      return [`+ ${described(diff.after, second)}`];
    case "removed":
      return [`- ${described(diff.before, first)}`];
    case "renamed":
      return [`= ${diff.before.name} → ${diff.after.name}  (${diff.after.op}, renamed)`];
    case "changed": {
      const { before, after, attributes, facts } = diff;
      const name = before.name === after.name ? before.name : `${before.name} → ${after.name}`;
      const own = attributes.filter((key) => !facts.includes(key));
      const [from, to] = [withFormulas(before, first), withFormulas(after, second)];
      const told = facts.map((key) => `${titles.get(key) ?? key} ${shown(from, key)} → ${shown(to, key)}`);
      return [`~ ${name}  (${after.op})  ${[...own, ...told].join(", ")}`];
    }
  }
}

/** What the other commands call a fact, where that is not its key. */
const titles: ReadonlyMap<string, string> = new Map([["macs", "multiply-adds"]]);

/** With its size as the other commands write it. */
function withFormulas(layer: InspectedLayer, graph: Graph): InspectedLayer {
  const node = graph.nodes.find(({ name }) => name === layer.name);
  if (node === undefined || typeof layer.height === "number") return layer;
  const [height, width] = sizeFormulas(node.map, graph.accepts, { unicode: true });
  return { ...layer, height, width };
}

function described(layer: InspectedLayer, graph: Graph): string {
  const { name, op, channels, height, width, parameters } = withFormulas(layer, graph);
  const count = parameters === 0 ? "" : `, ${thousands(parameters)} parameters`;
  return `${name}  (${op})  [${channels}, ${height}, ${width}]${count}`;
}

function shown(layer: InspectedLayer, key: string): string {
  const value = Object.entries(layer).find(([name]) => name === key)?.[1];
  if (Array.isArray(value)) return value[0] === value[1] ? `${value[0]}` : value.join("×");
  if (key === "macs" && typeof value === "number") return withPrefix(value, "");
  return typeof value === "number" ? thousands(value) : `${value ?? "none"}`;
}

/** Names that are listed; of more, the first. */
const mostNames = 8;

function weightLines({ fitting, reshaped, unused, missing, renamed }: WeightDiff): readonly string[] {
  const list = (names: readonly string[]): string => {
    const rest = names.length - mostNames;
    return names.slice(0, mostNames).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
  };
  const line = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${title}: ${names.length} (${list(names)})`];
  return [
    "weights of the first in the second",
    `  taken by \`start from\`, of the same name and shape: ${fitting.length}`,
    ...line("of another shape", reshaped),
    ...line("only in the first", unused),
    ...line("only in the second", missing),
    ...line(
      "of the same layer under another name, which `start from` does not take",
      renamed.map(({ from, to }) => `${from} → ${to}`),
    ),
  ];
}
