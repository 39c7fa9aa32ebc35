/** The facts of a network as `fcn inspect` prints them: inputs, outputs, accepted sizes, receptive field, parameters. */

import { placedMaps, placesAt, tooLargeToPlace } from "../../../compiler/analyses/alignment/places-at.ts";
import { dependsOnSize, inspectGraph } from "../../../compiler/analyses/inspect/inspect.ts";
import { type SizesAsked, shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { CompiledNetwork } from "../../../compiler/compiled-network.ts";
import { gridWithin } from "../../../compiler/geometry/grid-within.ts";
import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { sizeFormulas } from "../../../compiler/network/map-text.ts";
import { type ShapedGraph, shapeGraph } from "../../../compiler/network/shape-graph.ts";
import type { ShapeRefusal } from "../../../compiler/network/shape-refusal.ts";
import {
  countParameters,
  countTrainable,
  mapBytes,
  multiplyAdds,
  shapeOf,
  sum,
  weightsOf,
} from "../../../compiler/network/totals.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { WeightSpecification } from "../../../compiler/ops/operation.ts";
import { formatSet } from "../../../compiler/sizes/format-set.ts";
import type { SizeSet } from "../../../compiler/sizes/size-function.ts";
import { contains } from "../../../compiler/sizes/size-set.ts";
import { thousands, withPrefix } from "../../text/numbers.ts";
import { joinOffsetLines } from "./join-offset-text.ts";
import { layerTable } from "./layer-table.ts";
import { seenText } from "./seen-text.ts";

export interface RenderOptions {
  readonly color: boolean;
  /** Mathematical signs (− × ≥ →), or ASCII only. */
  readonly unicode: boolean;
  /** Characters in a line of the terminal: a wider table drops columns. Left out: no limit. */
  readonly columns?: number | undefined;
}

/**
 * Without a line break at the end. With a size the table of layers follows.
 * Refused: a size that the network does not accept.
 */
export function renderInspection(
  network: CompiledNetwork,
  size: SizesAsked | undefined,
  options: RenderOptions,
): string | ShapeRefusal {
  const { graph } = network;
  const shaped = size === undefined ? undefined : shapeAt(graph, size);
  if (shaped?.kind === "refused") return shaped;
  const placed = placedIn(graph, shaped ?? onlySize(graph));
  const lines = [
    bold(title(network), options),
    `  ${inputsAndOutputs(graph, undefined, options)}`,
    ...(shaped === undefined ? [] : [`  ${inputsAndOutputs(graph, shaped, options)}`]),
    ...accepted(graph, options).map((text) => `  accepts          ${text}`),
    ...graph.outputs.map(({ name, node }) => {
      const made = graph.nodes[node];
      if (made === undefined) throw new Error(`output ${name} is no node of ${graph.name}`);
      return `  receptive field  ${graph.outputs.length > 1 ? `${name}: ` : ""}${seenText(made.map.geometry, options, placed?.[made.id])}`;
    }),
    `  ${totals(weightsOf(graph), shaped, options)}`,
  ];
  if (shaped === undefined) return lines.join("\n");
  const inspection = inspectGraph(graph, shaped, placed);
  const [titles = "", ...rows] = layerTable(inspection, options.unicode ? "×" : "x", options.columns);
  const apart = joinOffsetLines(graph, placedMaps(shaped, placed), options);
  const note = scalesDiffer(graph) ? ["", scalesNote] : [];
  return [
    ...lines,
    "",
    bold(titles, options),
    ...rows,
    ...note,
    ...(apart.length === 0 ? [] : ["", ...apart]),
  ].join("\n");
}

/** Of inputs of one size. */
function onlySize(graph: Graph): ShapedGraph | undefined {
  const shaped = graph.accepts.size === 0 ? shapeGraph(graph, new Map()) : undefined;
  return shaped?.kind === "shaped" && tooLargeToPlace(shaped) === undefined ? shaped : undefined;
}

/** Left out where the feature maps have the same places at every size. */
function placedIn(graph: Graph, shaped: ShapedGraph | undefined) {
  return shaped !== undefined && dependsOnSize(graph) ? placesAt(shaped) : undefined;
}

const scalesNote =
  "stride, offset and receptive field are in pixels of the finest input that a feature map depends on";

/** Whether the inputs have pixels of different size. */
function scalesDiffer({ inputs, nodes }: Graph): boolean {
  const scales = inputs.map((id) =>
    nodes[id]?.map.geometry.map((axis) => JSON.stringify(gridWithin(axis)?.pixels)).join(),
  );
  return new Set(scales).size > 1;
}

/** `UNet(classes = 2, width = 64)` */
function title({ name, parameters }: CompiledNetwork): string {
  const values = [...parameters].map(([parameter, value]) => `${parameter} = ${value}`);
  return values.length === 0 ? name : `${name}(${values.join(", ")})`;
}

function inputsAndOutputs(graph: Graph, shaped: ShapedGraph | undefined, options: RenderOptions): string {
  const map = (name: string, node: GraphNode | undefined): string => {
    if (node === undefined) throw new Error(`${name} is no node of ${graph.name}`);
    const sizes =
      shaped === undefined
        ? sizeFormulas(node.map, graph.accepts, { ...options, rest: "; --json has the table of all" })
        : shapeOf(shaped, node.id).slice(1);
    return `${name} [${[node.map.channels, ...sizes].join(", ")}]`;
  };
  const inputs = graph.inputs.map((id) => {
    const node = graph.nodes[id];
    return map(node !== undefined && isInput(node) ? node.attributes.name : "", node);
  });
  const outputs = graph.outputs.map(({ name, node }) => map(name, graph.nodes[node]));
  return `${inputs.join(", ")}  ${options.unicode ? "→" : "->"}  ${outputs.join(", ")}`;
}

/** A line per size symbol; one that accepts what the line before it does is only named. Inputs of one size: that size. */
function accepted(graph: Graph, options: RenderOptions): readonly string[] {
  if (graph.accepts.size === 0) {
    const times = options.unicode ? "×" : "x";
    const inputs = graph.inputs.flatMap((id) => graph.nodes[id] ?? []);
    const sizes = inputs.map(({ map }) => sizeFormulas(map, graph.accepts, options).join(times));
    return [`only ${[...new Set(sizes)].join(", ")}`];
  }
  const groups: { readonly rule: string; readonly first: SizeSet; readonly others: string[] }[] = [];
  for (const [symbol, set] of graph.accepts) {
    const rule = formatSet({ ...set, symbol: "n" }, options);
    const same = groups.find((group) => group.rule === rule);
    if (same === undefined) groups.push({ rule, first: { ...set, symbol }, others: [] });
    else same.others.push(symbol);
  }
  return groups.map(({ first, others }) => {
    const some = examples(first, options);
    const same = others.length === 0 ? "" : `   and the same for ${others.join(", ")}`;
    return `${formatSet(first, options)}${some}${same}`;
  });
}

/** The first three accepted sizes, unless they are 1, 2, 3 or there are no more: "   (188, 204, 220 …)". */
function examples(set: SizeSet, { unicode }: RenderOptions): string {
  if (!set.cycle.includes(true)) return "";
  const sizes: number[] = [];
  for (let size = 1; sizes.length < 3; size += 1) if (contains(set, size)) sizes.push(size);
  return sizes[2] === 3 ? "" : `   (${sizes.join(", ")} ${unicode ? "…" : "..."})`;
}

function totals(
  weights: readonly WeightSpecification[],
  shaped: ShapedGraph | undefined,
  { unicode }: RenderOptions,
): string {
  const [parameters, trainable] = [countParameters(weights), countTrainable(weights)];
  const separator = unicode ? " · " : ", ";
  const count = `${thousands(parameters)} parameter${parameters === 1 ? "" : "s"}`;
  const parts = [trainable === parameters ? count : `${count} (${thousands(trainable)} trainable)`];
  if (shaped !== undefined) {
    parts.push(withPrefix(sum(multiplyAdds(shaped)), "MACs"));
    parts.push(`activations ${withPrefix(mapBytes(shaped), "B")} (float32, batch 1)`);
  }
  return parts.join(separator);
}

function bold(text: string, { color }: RenderOptions): string {
  return color ? `\u001b[1m${text}\u001b[22m` : text;
}
