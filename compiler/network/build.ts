/** Builds a graph node by node, asking each operation for its channels, sizes, geometry and weights. */
import { Refusal, refuse } from "../diagnostics/problem.ts";
import type { Attributes, OperationName } from "../ops/attributes.ts";
import { isInput } from "../ops/input.ts";
import { operations } from "../ops/registry.ts";
import type { SizeFunction, SizeSet } from "../sizes/size-function.ts";
import { allSizes, existsSet, intersect } from "../sizes/size-set.ts";
import { FeatureMaps } from "./feature-maps.ts";
import type { Graph, GraphNode, GraphOutput, NodeOf, Origin } from "./graph.ts";

export interface NodeRequest<O extends OperationName> {
  readonly operation: O;
  readonly attributes: Attributes[O];
  /** Node numbers. */
  readonly inputs: readonly number[];
  /** Unique in the graph. */
  readonly name: string;
  /** A node with weights of the same names and shapes, in place of weights of its own. */
  readonly sharesWith?: number;
  readonly origin: Origin;
}

/** Far more than memory holds weights for; few enough that products of channels stay exact. */
const mostChannels = 1_000_000;

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
  readonly #maps = new FeatureMaps();

  constructor(name: string) {
    this.#name = name;
  }

  get length(): number {
    return this.#nodes.length;
  }

  /** The input sizes that feature maps depend on so far. */
  symbols(): readonly string[] {
    const inputs = this.#nodes.filter(isInput);
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
    if (channels > mostChannels) return refuse("sizes/too-many-channels", { channels, limit: mostChannels });
    const made = this.#maps.make(request.operation, attributes, maps);
    if (made instanceof Refusal) return made;
    const { operation, inputs, name, origin, sharesWith } = request;
    const node: NodeOf<O> = {
      id: this.#nodes.length,
      operation,
      attributes,
      inputs,
      name,
      origin,
      map: { channels, ...made },
      weights: this.#maps.weights(operation, attributes, maps),
    };
    this.#nodes.push(node as unknown as GraphNode); // NodeOf<O> is the union's member for O, which TypeScript cannot see while O is open
    return sharesWith === undefined ? node.id : (this.share(node.id, sharesWith) ?? node.id);
  }

  /** Lets a node use another one's weights in place of its own. Refused: they are not of the same names and shapes. */
  share(id: number, other: number): Refusal | undefined {
    const node = this.node(id);
    const named = this.node(other);
    const source = this.node(named.sharesWith ?? other);
    if (node.operation !== source.operation || !sameForm(node.weights, source.weights)) {
      const [here, there] = [describeWeights(node), describeWeights(source)];
      const names = ({ weights }: GraphNode) => ` (${weights.map(({ name }) => name).join(", ")})`;
      const facts =
        here === there ? { here: here + names(node), there: there + names(source) } : { here, there };
      return refuse("structure/weights-differ", facts);
    }
    this.#nodes[id] = { ...node, weights: [], sharesWith: source.id } as GraphNode; // the operation and its attributes stay a pair
    return undefined;
  }

  /** Gives the feature map a name from the source after its node was made. */
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
      inputs: this.#nodes.filter(isInput).map((node) => node.id),
      outputs,
      accepts,
      classes,
    };
  }
}

function sameForm(first: GraphNode["weights"], second: GraphNode["weights"]): boolean {
  const form = (weights: GraphNode["weights"]) =>
    weights.map(({ name, shape }) => [name, ...shape].join(" "));
  return form(first).join() === form(second).join();
}

/** For messages: "a conv of 8×3×3×3 weights". */
export function describeWeights({ operation, weights }: GraphNode): string {
  const [first] = weights;
  return first === undefined
    ? `a ${operation} without weights`
    : `a ${operation} of ${first.shape.join("×")} weights`;
}

/**
 * For each symbol, the sizes at which every feature map that depends on it exists.
 * Refused: conditions whose common period is past what is computed exactly.
 */
export function acceptedSizes(nodes: readonly GraphNode[]): ReadonlyMap<string, SizeSet> | Refusal {
  const accepts = new Map<string, SizeSet>();
  const taken = new Set<SizeFunction>();
  for (const node of nodes) {
    for (const size of node.map.size) {
      if (size.symbol === undefined || taken.has(size)) continue;
      taken.add(size);
      const both = intersect(accepts.get(size.symbol) ?? allSizes(size.symbol), existsSet(size));
      if (both instanceof Refusal) return both;
      accepts.set(size.symbol, both);
    }
  }
  return accepts;
}
