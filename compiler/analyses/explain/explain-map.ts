/** Walks back from a feature map to the inputs: every step with its size and geometry, and what it asks of the input. */

import type { Span } from "../../../grammar/span.ts";
import { type PerAxis, perAxis } from "../../axis.ts";
import type { Graph, GraphNode } from "../../network/graph.ts";
import { sizeFormulas, sizeTables } from "../../network/map-text.ts";
import { nodeCall } from "../../network/node-call.ts";
import { readInputs } from "../../network/node-inputs.ts";
import type { ShapedGraph } from "../../network/shape-graph.ts";
import { shapeOf } from "../../network/totals.ts";
import { aligningChange } from "../alignment/aligning-change.ts";
import { exactApart } from "../alignment/exact-apart.ts";
import { type JoinOffset, joinOffsets } from "../alignment/join-offsets.ts";
import { type PlacedAxis, placedMaps, placesAt } from "../alignment/places-at.ts";
import { acceptedSymbols } from "../inspect/accepted-sizes.ts";
import { fieldRange, layerGeometry } from "../inspect/layer-geometry.ts";
import { acceptedFormulas } from "./accepted-formulas.ts";
import { type Condition, conditionsOf } from "./conditions.ts";
import type { Branch, Explanation, Place, Step, StepApart } from "./explanation.ts";

export interface ExplainOptions {
  /** Numbers for this size in place of formulas. */
  readonly shaped: ShapedGraph | undefined;
  /** Where a span is in the source. */
  readonly locate: (span: Span) => Place;
  readonly unicode: boolean;
}

/** `map`: a node number. */
export function explainMap(graph: Graph, map: number, options: ExplainOptions): Explanation {
  return new Walk(graph, options).explain(map);
}

/** Each change is tried on the whole network: it is sought for so many joins as have so many operations to go through together. */
const mostOperations = 200_000;

class Walk {
  readonly #graph: Graph;
  readonly #options: ExplainOptions;
  readonly #depths: readonly number[];
  readonly #conditions: ReadonlyMap<number, readonly Condition[]>;
  readonly #placed: readonly PerAxis<PlacedAxis>[] | undefined;
  readonly #offsets = new Map<number, JoinOffset[]>();
  readonly #shown = new Set<number>();
  /** Operations gone through in search of changes. */
  #tried = 0;

  constructor(graph: Graph, options: ExplainOptions) {
    const { shaped, unicode } = options;
    this.#graph = graph;
    this.#options = options;
    this.#depths = depthsOf(graph);
    this.#conditions = conditionsOf(graph, { unicode });
    this.#placed = shaped === undefined ? undefined : placesAt(shaped);
    const offsets =
      shaped === undefined ? joinOffsets(graph) : joinOffsets(graph, placedMaps(shaped, this.#placed));
    for (const offset of offsets) {
      this.#offsets.set(offset.join, [...(this.#offsets.get(offset.join) ?? []), offset]);
    }
  }

  explain(map: number): Explanation {
    const { graph, sizes } = { graph: this.#graph, sizes: this.#options.shaped?.sizes };
    return {
      network: graph.name,
      map: this.#node(map).name,
      output: graph.outputs.find(({ node }) => node === map)?.name ?? null,
      steps: this.#line(map).steps,
      accepts: acceptedFormulas(graph, { unicode: this.#options.unicode }),
      acceptedSizes: acceptedSymbols(graph),
      size: sizes === undefined ? null : Object.fromEntries(sizes),
    };
  }

  /** From a feature map back along the longest way, until an input or a step that is shown already. */
  #line(from: number): Branch {
    const nodes: GraphNode[] = [];
    let at: number | undefined = from;
    while (at !== undefined && !this.#shown.has(at)) {
      const node = this.#node(at);
      nodes.push(node);
      this.#shown.add(at);
      at = this.#longest(node);
    }
    return {
      steps: nodes.map((node) => this.#step(node)),
      from: at === undefined ? null : this.#node(at).name,
      sizeOnly: false,
    };
  }

  #longest(node: GraphNode): number | undefined {
    const [first, ...others] = readInputs(node);
    return others.reduce(
      (best, id) => ((this.#depths[id] ?? 0) > (this.#depths[best ?? -1] ?? 0) ? id : best),
      first,
    );
  }

  #step(node: GraphNode): Step {
    const { shaped, locate, unicode } = this.#options;
    const { span, scope } = node.origin;
    const formulas = sizeFormulas(node.map, this.#graph.accepts, { unicode });
    const [heightTable, widthTable] = sizeTables(node.map, this.#graph.accepts);
    const [height, width] =
      shaped === undefined ? formulas : [shapeOf(shaped, node.id)[1], shapeOf(shaped, node.id)[2]];
    const geometry = layerGeometry(node.map.geometry, this.#placed?.[node.id]);
    const whole = node.map.geometry.some(({ kind }) => kind === "whole");
    return {
      name: node.name,
      operation: node.operation,
      call: nodeCall(node),
      place: span === undefined ? null : locate(span),
      within: scope,
      channels: node.map.channels,
      height,
      width,
      heightTable,
      widthTable,
      ...geometry,
      field: whole ? "whole" : geometry.field,
      smallestField: whole ? null : this.#smallest(node, geometry.field),
      conditions: this.#conditions.get(node.id) ?? [],
      apart: (this.#offsets.get(node.id) ?? []).map((offset) => this.#apart(offset)),
      branches: this.#branches(node),
    };
  }

  /** Of the phases; at one size, where borders clip receptive fields, only the largest says something. */
  #smallest(node: GraphNode, largest: PerAxis<number> | null): PerAxis<number> | null {
    const [y, x] = perAxis((axis) => fieldRange(node.map.geometry[axis])?.least);
    return y === undefined || x === undefined ? largest : [y, x];
  }

  #branches(node: GraphNode): readonly Branch[] {
    const main = this.#longest(node);
    const values = readInputs(node);
    return node.inputs.flatMap((id, place): readonly Branch[] => {
      const repeated = node.inputs.indexOf(id) !== place;
      if (id === main || repeated) return [];
      if (!values.includes(id)) return [{ steps: [], from: this.#node(id).name, sizeOnly: true }];
      return [this.#line(id)];
    });
  }

  #apart(offset: JoinOffset): StepApart {
    const change = this.#change(offset);
    return {
      first: this.#node(offset.first).name,
      other: this.#node(offset.other).name,
      apart: perAxis((axis) => exactApart(offset.apart[axis])),
      change: change === undefined ? null : { from: change.from, to: change.to },
    };
  }

  #change(offset: JoinOffset): ReturnType<typeof aligningChange> {
    const known = offset.apart.every(({ kind }) => kind === "constant" || kind === "none");
    if (!known || this.#tried >= mostOperations) return undefined;
    this.#tried += this.#graph.nodes.length;
    return aligningChange(this.#graph, offset);
  }

  #node(id: number): GraphNode {
    const node = this.#graph.nodes[id];
    if (node === undefined) throw new RangeError(`the graph has no node ${id}`);
    return node;
  }
}

/** Operations on the longest way from an input. */
function depthsOf(graph: Graph): readonly number[] {
  const depths: number[] = [];
  for (const node of graph.nodes) {
    depths.push(readInputs(node).reduce((most, id) => Math.max(most, (depths[id] ?? 0) + 1), 0));
  }
  return depths;
}
