/** Graph to figure: feature maps in ranks by their stride, the operations between them merged into steps. */

import type { PerAxis } from "../../compiler/axis.ts";
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import { sizeFormulas } from "../../compiler/network/map-text.ts";
import {
  inputsWith,
  isJoin,
  isMeeting,
  readInputs,
  valueInputs,
} from "../../compiler/network/node-inputs.ts";
import { isCropTo } from "../../compiler/ops/cropping.ts";
import { isInput } from "../../compiler/ops/input.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import { absorbedNodes } from "./absorb.ts";
import { type ClosedBlock, closedBlocks, deepestFold, type Folding } from "./closed-blocks.ts";
import { type Drawn, linkTo } from "./drawn.ts";
import type { Figure, FigureMap, Join, Part, PoolLink, Step } from "./figure.ts";
import { partsOf } from "./parts.ts";
import { rowsOf, strideKey, strides } from "./resolution.ts";
import { isTail, labelOf } from "./step-words.ts";
import { isWeighted, makeStep } from "./steps.ts";
import { blockTooltip, mapTooltip } from "./tooltips.ts";

/** How many feature maps the figure of a graph has, before anything is folded. */
export function drawnMaps(graph: Graph): number {
  return graph.nodes.length - absorbedNodes(graph, strides(graph).map(strideKey)).size;
}

/** How many levels of block calls the figure of a graph can close. */
export function foldLevels(graph: Graph): number {
  return deepestFold(graph, drawnNodes(graph, absorbedNodes(graph, strides(graph).map(strideKey))));
}

function drawnNodes(graph: Graph, absorbed: ReadonlySet<number>): ReadonlySet<number> {
  return new Set(graph.nodes.filter((node) => !absorbed.has(node.id)).map((node) => node.id));
}

export function figureOfGraph(given: Drawn, folding: Folding): Figure {
  const { graph } = given;
  const drawn = { ...given, shared: sharingWeights(graph) };
  const found = strides(graph);
  const keys = found.map(strideKey);
  const closed = closedBlocks(graph, drawnNodes(graph, absorbedNodes(graph, keys)), folding);
  const blocks = new Map(closed.map((block) => [block.result, block]));
  const absorbed = absorbedNodes(graph, keys, closed);
  const read = feedingOutputs(graph);
  const visible = graph.nodes.filter((node) => !absorbed.has(node.id));
  const rows = rowsOf(visible.map((node) => found[node.id]));
  const rowOf = new Map(rows.map((row, place) => [strideKey(row.stride), place]));
  const row = (id: number): number => rowOf.get(keys[id] ?? "") ?? 0;
  const parts = partsOf(graph, found);
  const maps: FigureMap[] = [];
  const steps: Step[] = [];
  for (const node of visible) {
    const block = blocks.get(node.id);
    const { join, after } = block ? noJoin : joinBefore(graph, node, absorbed);
    maps.push({
      id: node.id,
      row: row(node.id),
      part: parts[node.id] ?? "other",
      channels: node.map.channels,
      size: sizeText(node, drawn),
      join: join && describeJoin(graph, join, after, parts),
      label: nameOf(graph, node, absorbed),
      entry: isInput(node) ? node.attributes.name : undefined,
      exits: graph.outputs.filter((output) => output.node === node.id).map((output) => output.name),
      block: block && {
        name: `${block.name.replaceAll("_", " ")}${block.nodes.some((id) => drawn.shared.has(id)) ? " (shared weights)" : ""}`,
        times: block.times,
        weights: block.nodes.filter((id) => isWeighted(nodeAt(graph, id))).length,
      },
      unread: !read.has(node.id),
      tooltip: block
        ? blockTooltip(block, sizeText(node, drawn), drawn)
        : mapTooltip(node, sizeText(node, drawn)),
      url: linkTo(join ?? node, drawn),
    });
    const meeting = join ?? graph.nodes[block?.join ?? -1];
    const ends =
      meeting !== undefined
        ? valueInputs(meeting).map((id) => chainTo(graph, id, absorbed, true))
        : block !== undefined
          ? chainsInto(graph, block, absorbed)
          : [chainTo(graph, node.id, absorbed, false)];
    const chains = ends.filter((chain) => chain !== undefined);
    const crosses = chains.map((chain) => row(chain.from) !== row(node.id));
    for (const [place, chain] of chains.entries()) {
      const skips = meeting !== undefined && isSkip(meeting, place, chain.nodes, crosses);
      steps.push(
        makeStep(drawn, chain.nodes, chain.from, node.id, {
          changesRow: crosses[place] ?? false,
          skip: skips ? joinWords(meeting, after) : undefined,
        }),
      );
    }
  }
  return { rows, maps, steps, links: poolLinks(graph, closed) };
}

const noJoin = { join: undefined, after: [] } as const;

/** The ways into a closed block, each from another feature map. */
function chainsInto(graph: Graph, block: ClosedBlock, absorbed: ReadonlySet<number>) {
  const own = new Set(block.nodes);
  const sources = block.nodes.flatMap((id) => valueInputs(nodeAt(graph, id))).filter((id) => !own.has(id));
  const chains = [...new Set(sources)].map((id) => chainTo(graph, id, absorbed, true));
  return chains.filter((chain, at) => chains.findIndex((other) => other?.from === chain?.from) === at);
}

function nodeAt(graph: Graph, id: number): GraphNode {
  const node = graph.nodes[id];
  if (node === undefined) throw new Error(`the graph has no node ${id}`);
  return node;
}

/** The nodes whose weights another node uses too. */
function sharingWeights(graph: Graph): ReadonlySet<number> {
  return new Set(
    graph.nodes.flatMap(({ id, sharesWith }) => (sharesWith === undefined ? [] : [id, sharesWith])),
  );
}

/** The nodes that some output is computed from. */
function feedingOutputs(graph: Graph): ReadonlySet<number> {
  const found = new Set(graph.outputs.map(({ node }) => node));
  for (const node of [...graph.nodes].reverse())
    if (found.has(node.id)) for (const id of readInputs(node)) found.add(id);
  return found;
}

/** The join a feature map is made by, with the activation that was merged into it. */
function joinBefore(
  graph: Graph,
  node: GraphNode,
  absorbed: ReadonlySet<number>,
): { readonly join: GraphNode | undefined; readonly after: readonly GraphNode[] } {
  const after: GraphNode[] = [];
  let current: GraphNode | undefined = node;
  while (current !== undefined && !isMeeting(current)) {
    if (!isTail(current)) return { join: undefined, after: [] };
    after.unshift(current);
    const before: number | undefined = current.inputs[0];
    if (before === undefined || !absorbed.has(before)) return { join: undefined, after: [] };
    current = graph.nodes[before];
  }
  return { join: current, after };
}

/** The operations that lead to a node from the last feature map before it; `orIs`: or from the node itself, if it has one. */
function chainTo(
  graph: Graph,
  end: number,
  absorbed: ReadonlySet<number>,
  orIs: boolean,
): { readonly from: number; readonly nodes: readonly GraphNode[] } | undefined {
  const nodes: GraphNode[] = [];
  let id: number | undefined = end;
  while (id !== undefined) {
    if (id !== end || orIs) if (!absorbed.has(id)) return { from: id, nodes };
    const node: GraphNode | undefined = graph.nodes[id];
    if (node === undefined) return undefined;
    nodes.unshift(node);
    id = valueInputs(node)[0];
  }
  return undefined;
}

/** A `skip` brings its feature map second; without a source to say so, it is what comes level or unchanged to a join. */
function isSkip(
  join: GraphNode,
  place: number,
  chain: readonly GraphNode[],
  crosses: readonly boolean[],
): boolean {
  if (!isJoin(join)) return false;
  if (join.origin.construct === "skip") return place > 0;
  if (join.origin.construct === "fork") return false;
  return crosses.includes(true) ? !crosses[place] : chain.length === 0;
}

function describeJoin(
  graph: Graph,
  join: GraphNode,
  after: readonly GraphNode[],
  parts: readonly Part[],
): Join {
  return {
    does: operationOf(join).joins ?? "attends",
    parts: inOrderOfArrival(join).map((id) => ({
      channels: graph.nodes[id]?.map.channels ?? 0,
      part: parts[beforeCrop(graph, id)] ?? "other",
    })),
    words: joinWords(join, after),
  };
}

/** "concat", "add, ReLU". */
function joinWords(join: GraphNode, after: readonly GraphNode[]): string {
  return [isJoin(join) ? join.operation : labelOf(join), ...after.map(labelOf)].join(", ");
}

/** A cropped feature map still belongs to the part of the one it was cropped from. */
function beforeCrop(graph: Graph, id: number): number {
  const node = graph.nodes[id];
  return node !== undefined && isCropTo(node) ? (node.inputs[0] ?? id) : id;
}

/** A skip arrives from the left, so its part is drawn there, whichever comes first among the channels. */
function inOrderOfArrival(join: GraphNode): readonly number[] {
  const inputs = valueInputs(join);
  const [current, ...arriving] = inputs;
  return join.origin.construct === "skip" && current !== undefined ? [...arriving, current] : inputs;
}

/** The name of the feature map, or of one merged into it: `conv(64) as a relu` names the feature map before the activation. */
function nameOf(graph: Graph, node: GraphNode, absorbed: ReadonlySet<number>): string | undefined {
  if (isInput(node) || graph.outputs.some((output) => output.node === node.id)) return undefined;
  let current: GraphNode | undefined = node;
  while (current !== undefined) {
    if (current.origin.label !== undefined) return current.origin.label;
    const before: number | undefined = current.inputs[0];
    if (before === undefined || !absorbed.has(before) || !isTail(current)) return undefined;
    current = graph.nodes[before];
  }
  return undefined;
}

function sizeText(node: GraphNode, { graph, shaped }: Drawn): PerAxis<string> {
  const shape = shaped?.shapes[node.id];
  if (shape === undefined) return sizeFormulas(node.map, graph.accepts, { unicode: true });
  return [`${shape[1]}`, `${shape[2]}`];
}

/** Of what is inside a closed block, the box. */
function poolLinks(graph: Graph, closed: readonly ClosedBlock[]): readonly PoolLink[] {
  const boxOf = new Map(closed.flatMap(({ nodes, result }) => nodes.map((id) => [id, result] as const)));
  const shown = (id: number): number => boxOf.get(id) ?? id;
  return graph.nodes.flatMap((node) => {
    const [pool] = inputsWith(node, "indices");
    if (pool === undefined || shown(pool) === shown(node.id)) return [];
    return [{ pool: shown(pool), unpool: shown(node.id) }];
  });
}
