/** Builds a graph node by node, asking each operation for its channels, sizes, geometry and weights. */
import { perAxis } from "../axis.ts";
import { Refusal } from "../diagnostics/problem.ts";
import type { Attributes, OperationName } from "../ops/attributes.ts";
import { operations } from "../ops/registry.ts";
import type { SizeSet } from "../sizes/size-function.ts";
import { allSizes, existsSet, intersect } from "../sizes/size-set.ts";
import type { FeatureMap, Graph, GraphNode, GraphOutput, NodeOf, Origin } from "./graph.ts";

export interface NodeRequest<O extends OperationName> {
  readonly operation: O;
  readonly attributes: Attributes[O];
  /** Node numbers. */
  readonly inputs: readonly number[];
  /** Unique in the graph. */
  readonly name: string;
  readonly origin: Origin;
}

/** For graphs that come from no source text. */
export const noOrigin: Origin = {
  span: undefined,
  role: undefined,
  scope: [],
  construct: undefined,
  label: undefined,
};

export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: GraphNode[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** The input sizes that maps depend on so far. */
  symbols(): readonly string[] {
    const inputs = this.#nodes.filter((node) => node.operation === "input");
    const symbols = inputs.flatMap((node) => node.map.size.map((size) => size.symbol));
    return [...new Set(symbols.filter((symbol) => symbol !== undefined))];
  }

  /** @throws RangeError when there is no such node: a fault of the caller. */
  node(id: number): GraphNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new RangeError(`the graph has no node ${id}`);
    return node;
  }

  /** The number of the new node, or why the operation cannot take these inputs. */
  append<O extends OperationName>(request: NodeRequest<O>): number | Refusal {
    const rule = operations[request.operation];
    const { attributes } = request;
    const maps = request.inputs.map((id) => this.node(id).map);
    const inputChannels = maps.map((map) => map.channels);
    const channels = rule.channels(attributes, inputChannels);
    if (channels instanceof Refusal) return channels;
    const sizes = perAxis((axis) => maps.map((map) => map.size[axis]));
    const height = rule.size(attributes, sizes[0], 0);
    if (height instanceof Refusal) return height;
    const width = rule.size(attributes, sizes[1], 1);
    if (width instanceof Refusal) return width;
    const map: FeatureMap = {
      channels,
      size: [height, width],
      geometry: perAxis((axis) =>
        rule.geometry(
          attributes,
          maps.map((input) => input.geometry[axis]),
          axis,
          sizes[axis],
        ),
      ),
    };
    const node: NodeOf<O> = {
      id: this.#nodes.length,
      ...request,
      map,
      weights: rule.weights(attributes, inputChannels, sizes),
    };
    this.#nodes.push(node as unknown as GraphNode); // NodeOf<O> is the union's member for O, which TypeScript cannot see while O is open
    return node.id;
  }

  /** Gives the map a name of the source after its node was made. */
  label(id: number, label: string): void {
    const node = this.node(id);
    this.#nodes[id] = { ...node, origin: { ...node.origin, label } } as GraphNode; // only the origin changes
  }

  /** Refused: conditions on the input size whose common period is past what is computed exactly. */
  finish(outputs: readonly GraphOutput[], classes: readonly string[] | undefined): Graph | Refusal {
    const accepts = acceptedSizes(this.#nodes);
    if (accepts instanceof Refusal) return accepts;
    return {
      name: this.#name,
      nodes: [...this.#nodes],
      inputs: this.#nodes.filter((node) => node.operation === "input").map((node) => node.id),
      outputs,
      accepts,
      classes,
    };
  }
}

/**
 * For each symbol, the sizes at which every map that depends on it exists.
 * Refused: conditions whose common period is past what is computed exactly.
 */
export function acceptedSizes(nodes: readonly GraphNode[]): ReadonlyMap<string, SizeSet> | Refusal {
  const accepts = new Map<string, SizeSet>();
  for (const node of nodes) {
    for (const size of node.map.size) {
      if (size.symbol === undefined) continue;
      const both = intersect(accepts.get(size.symbol) ?? allSizes(size.symbol), existsSet(size));
      if (both instanceof Refusal) return both;
      accepts.set(size.symbol, both);
    }
  }
  return accepts;
}
