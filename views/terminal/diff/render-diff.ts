/** The differences of two networks as `fcn diff` prints them: causes, and one line for what follows from them. */

import type { LayerDiff, NetworkDiff } from "../../../compiler/analyses/diff/network-diff.ts";
import type { WeightDiff } from "../../../compiler/analyses/diff/weight-diff.ts";
import type { InspectedLayer } from "../../../compiler/analyses/inspect/inspection.ts";
import type { CompiledNetwork } from "../../../compiler/compiled-network.ts";
import { counted } from "../../../compiler/counted.ts";
import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { sizeFormulas } from "../../../compiler/network/map-text.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import { writeAttributes } from "../../../compiler/ops/schema.ts";
import { thousands, withPrefix } from "../../text/numbers.ts";
import { renderInspection } from "../inspection/render-inspection.ts";

export interface Side {
  /** The file, for the title. */
  readonly path: string;
  readonly network: CompiledNetwork;
}

/** Without a line break at the end. `-`: removed, `+`: added, `~`: changed, `=`: renamed. */
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
    ...layerLines(diff.layers, byName(before.network.graph), byName(after.network.graph)),
    "",
    ...weightLines(diff.weights),
  ];
  return blocks.join("\n");
}

/** A graph whose layers are found by name: of two large ones, every layer may differ. */
interface Named extends Pick<Graph, "name" | "accepts"> {
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

function byName({ name, accepts, nodes }: Graph): Named {
  return { name, accepts, nodes: new Map(nodes.map((node) => [node.name, node])) };
}

function facts(network: CompiledNetwork): readonly string[] {
  const text = renderInspection(network, undefined, { color: false, unicode: true });
  return typeof text === "string" ? text.split("\n") : [text.message];
}

function cost(macs: number | null): readonly string[] {
  return macs === null ? [] : [`  ${withPrefix(macs, "MACs")} per image`];
}

/** Kinds that do not occur are left out. */
function summary(layers: readonly LayerDiff[]): string {
  const count = (kind: LayerDiff["kind"]) => layers.filter((layer) => layer.kind === kind).length;
  const own = layers.filter(isOwnChange).length;
  const counts = [
    [count("same"), "unchanged"],
    [count("renamed"), "renamed"],
    [own, "changed"],
    [count("changed") - own, "affected by changes before them"],
    [count("added"), "added"],
    [count("removed"), "removed"],
  ] as const;
  const parts = counts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `layers: ${parts.length === 0 ? "none" : parts.join(", ")}`;
}

type Changed = Extract<LayerDiff, { kind: "changed" }>;

/** The program changed this layer itself, not only a layer before it. */
function isOwnChange(diff: LayerDiff): boolean {
  return diff.kind === "changed" && diff.attributes.length > 0;
}

/** In the order of the layers. Layers with the same change share a line, and what follows from changes is only counted. */
function layerLines(layers: readonly LayerDiff[], before: Named, after: Named): readonly string[] {
  const renamed = layers.flatMap((diff) =>
    diff.kind === "renamed" ? [`${diff.before.name} → ${diff.after.name}`] : [],
  );
  return [
    ...causeLines(layers, before, after),
    ...(renamed.length === 0 ? [] : [`= renamed: ${firstOf(renamed)}`]),
    ...followLines(layers),
  ];
}

function causeLines(layers: readonly LayerDiff[], before: Named, after: Named): readonly string[] {
  const groups = new Map<string, Changed[]>();
  const first = layers.find(({ kind }) => kind !== "same" && kind !== "renamed");
  for (const diff of layers.filter((diff): diff is Changed => isOwnChange(diff))) {
    const change = `(${diff.after.op})  ${ownChange(diff, before, after)}`;
    const group = groups.get(change);
    if (group === undefined) groups.set(change, [diff]);
    else group.push(diff);
  }
  const leaders = new Map([...groups].map(([change, group]) => [group[0], { change, group }]));
  return layers.flatMap((diff) => {
    if (diff.kind === "added") return [`+ ${described(diff.after, after)}`];
    if (diff.kind === "removed") return [`- ${described(diff.before, before)}`];
    const led = diff.kind === "changed" ? leaders.get(diff) : undefined;
    if (led === undefined || diff.kind !== "changed") return [];
    const names = led.group.map((one) =>
      one.before.name === one.after.name ? one.after.name : `${one.before.name} → ${one.after.name}`,
    );
    if (names.length > 1) return [`~ ${names.length} layers  ${led.change}: ${firstOf(names)}`];
    // No change before it: what differs of its result is its own.
    const facts = diff === first ? factChanges(diff, before, after) : [];
    return [[`~ ${names[0]}  ${led.change}`, ...facts].join(", ")];
  });
}

/** "kernel 2 → 3, padding 0 → 1" */
function ownChange({ before, after, attributes }: Changed, first: Named, second: Named): string {
  const [from, to] = [nodeOf(first, before), nodeOf(second, after)];
  return attributes.map((key) => `${key} ${attributeText(from, key)} → ${attributeText(to, key)}`).join(", ");
}

function attributeText(node: GraphNode, key: string): string {
  const value = Object.entries(node.attributes).find(([name]) => name === key)?.[1];
  const short = shortText(value);
  if (short !== undefined) return short;
  const written = writeAttributes(operationOf(node).schema, node.attributes);
  return written.find(({ name }) => name === key)?.text ?? "none";
}

/** A number, or one for both axes and both sides where they agree. */
function shortText(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "string") return `${value}`;
  if (Array.isArray(value) && value.length === 2) {
    const [y, x] = value.map(shortText);
    return y === undefined || x === undefined ? undefined : y === x ? y : `${y}×${x}`;
  }
  if (typeof value !== "object" || value === null || !("before" in value && "after" in value))
    return undefined;
  return value.before === value.after ? `${value.before}` : `${value.before} before and ${value.after} after`;
}

/** Of a layer that changed: its size and what else of its result differs. */
function factChanges({ before, after, attributes, facts }: Changed, first: Named, second: Named): string[] {
  const [from, to] = [withFormulas(before, first), withFormulas(after, second)];
  return facts
    .filter((key) => !attributes.includes(key))
    .map((key) => `${titles.get(key) ?? key} ${shown(from, key)} → ${shown(to, key)}`);
}

/** One line for the layers that differ only because layers before them do. */
function followLines(layers: readonly LayerDiff[]): readonly string[] {
  const following = layers.filter((diff): diff is Changed => diff.kind === "changed" && !isOwnChange(diff));
  if (following.length === 0) return [];
  const keys = new Set(following.flatMap(({ facts }) => facts));
  const facts = [...keys].map((key) => titles.get(key) ?? key).join(", ");
  const layer = following.length === 1 ? "layer differs" : "layers differ";
  return [`  ${following.length} ${layer} as a result, in ${facts}; --json lists the differences`];
}

function nodeOf({ name: network, nodes }: Named, { name }: InspectedLayer): GraphNode {
  const node = nodes.get(name);
  if (node === undefined) throw new Error(`${network} has no layer ${name}`);
  return node;
}

/** What the other commands call a fact, where that is not its key. */
const titles: ReadonlyMap<string, string> = new Map([
  ["macs", "MACs"],
  ["field", "receptive field"],
]);

/** With its size as the other commands write it. */
function withFormulas(layer: InspectedLayer, graph: Named): InspectedLayer {
  if (typeof layer.height === "number") return layer;
  const [height, width] = sizeFormulas(nodeOf(graph, layer).map, graph.accepts, { unicode: true });
  return { ...layer, height, width };
}

function described(layer: InspectedLayer, graph: Named): string {
  const { name, op, channels, height, width, parameters } = withFormulas(layer, graph);
  const count = parameters === 0 ? "" : `, ${counted(parameters, "parameter")}`;
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

function firstOf(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return names.slice(0, mostNames).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}

function weightLines({ fitting, reshaped, unused, missing, renamed }: WeightDiff): readonly string[] {
  const line = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${title}: ${names.length} (${firstOf(names)})`];
  return [
    "weights of the first network that the second can load",
    `  loaded by \`start from\` (same name and shape): ${fitting.length}`,
    ...line("different shape", reshaped),
    ...line("only in the first", unused),
    ...line("only in the second", missing),
    ...line(
      "same layer under another name, not loaded by `start from`",
      renamed.map(({ from, to }) => `${from} → ${to}`),
    ),
  ];
}
