/** A graph at its sizes as steps of a program: every node that the wanted ones need, in order. */

import type { GraphNode } from "../../../network/graph.ts";
import type { ShapedGraph } from "../../../network/shape-graph.ts";
import type { OperationName } from "../../../ops/attributes.ts";
import { isInput } from "../../../ops/input.ts";
import type { MapShape } from "../../../ops/operation.ts";
import type { ProgramBuilder } from "../../build.ts";
import { float32, sameShape, type Value } from "../../value.ts";
import type { Expansion, ExpansionContext } from "./expansion.ts";
import { expansions } from "./expansions.ts";

export interface ExpansionMode {
  /** Batch statistics, and running ones that change. */
  readonly training: boolean;
  readonly dropout: boolean;
  /** Weights and running statistics that stay as they are: what normalises by such statistics does as in inference. */
  readonly frozen?: ReadonlySet<string>;
}

/**
 * Appends the steps; state that changes is noted as the program's updates.
 * @param wanted numbers of nodes
 * @returns the feature map of every node that was expanded, [batch, channels, height, width], by its number
 */
export function expandGraph(
  build: ProgramBuilder,
  { graph, shapes }: ShapedGraph,
  batch: number,
  wanted: readonly number[],
  mode: ExpansionMode,
): ReadonlyMap<number, Value> {
  const needed = new Set(wanted);
  for (const node of graph.nodes.toReversed()) {
    if (needed.has(node.id)) for (const id of node.inputs) needed.add(id);
  }
  const maps = new Map<number, Value>();
  const places = new Map<number, Value>();
  const statistics = new Map<string, Value>();
  for (const node of graph.nodes) {
    if (!needed.has(node.id)) continue;
    const owner = node.sharesWith === undefined ? node : at(graph.nodes, node.sharesWith);
    build.at({ part: "forward", node: node.id, name: node.name, span: node.origin.span });
    const output = at(shapes, node.id);
    const context: ExpansionContext = {
      build,
      inputs: node.inputs.map((id) => found(maps, id)),
      output,
      batch,
      dropout: mode.dropout,
      training: mode.training && !hasFrozenStatistics(owner, mode.frozen),
      // a layer that is applied twice continues from the running statistics of its first application
      weight: (name) => statistics.get(`${owner.name}.${name}`) ?? weightOf(build, owner, name),
      setStatistic: (name, value) => void statistics.set(`${owner.name}.${name}`, value),
      input: () => build.feed("input", inputName(node), mapType(batch, output)),
      feed: (kind, name, type) => build.feed(kind, name, type),
      keepPlaces: (value) => void places.set(node.id, value),
      places: () => found(places, node.inputs[1] ?? -1),
    };
    const map = expand(node, context);
    if (!sameShape(map.shape, [batch, ...output])) {
      throw new Error(
        `${node.name} (${node.operation}) is expanded to [${map.shape.join(", ")}] where its size rule says [${[batch, ...output].join(", ")}]`,
      );
    }
    maps.set(node.id, map);
  }
  for (const [name, value] of statistics) build.update(name, value);
  return maps;
}

function hasFrozenStatistics({ name, weights }: GraphNode, frozen: ReadonlySet<string> = new Set()): boolean {
  return weights.some((weight) => !weight.counted && frozen.has(`${name}.${weight.name}`));
}

function expand(node: GraphNode, context: ExpansionContext): Value {
  const expansion = expansions[node.operation] as Expansion<OperationName>; // the table pairs each name with its own expansion
  return expansion(node, context);
}

function weightOf(build: ProgramBuilder, owner: GraphNode, name: string): Value {
  const weight = owner.weights.find((one) => one.name === name);
  if (weight === undefined) throw new Error(`${owner.name} (${owner.operation}) has no weight "${name}"`);
  return build.state(
    weight.counted ? "weight" : "statistic",
    `${owner.name}.${name}`,
    float32(...weight.shape),
  );
}

function inputName(node: GraphNode): string {
  if (!isInput(node)) throw new Error(`${node.name} is no input`);
  return node.attributes.name;
}

function mapType(batch: number, shape: MapShape) {
  return float32(batch, ...shape);
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined) throw new Error(`the graph has no node ${place}`);
  return item;
}

function found(values: ReadonlyMap<number, Value>, node: number): Value {
  const value = values.get(node);
  if (value === undefined) throw new Error(`node ${node} is read and not expanded`);
  return value;
}
