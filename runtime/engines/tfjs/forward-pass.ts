/** One pass through a graph: every node's lowering in order, each feature map disposed of after its last reader. */

import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { inputsWith } from "../../../compiler/network/node-inputs.ts";
import type { ShapedGraph } from "../../../compiler/network/shape-graph.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import type { ColourImage } from "../../crf/image-kernels.ts";
import type { Lowering, LoweringContext, PoolMaxima, Tensor, Tensor4D, TensorFlow } from "./lowering.ts";
import { lowerings } from "./lowerings/lowerings.ts";

export interface Pass {
  readonly tf: TensorFlow;
  readonly shaped: ShapedGraph;
  /** The input feature maps by node. They stay the caller's. */
  readonly inputs: ReadonlyMap<number, Tensor4D>;
  /** The nodes whose feature maps are wanted. */
  readonly wanted: readonly number[];
  readonly weight: (node: GraphNode, name: string) => Tensor;
  /** Batch statistics. */
  readonly training: boolean;
  readonly dropout: boolean;
  readonly seed: number;
  /** The images whose colours a crf compares, by its node. */
  readonly guides: ReadonlyMap<number, readonly ColourImage[]>;
  /** Gets what stays after the pass: the places of maxima and, in training, new running statistics by weight name. */
  readonly kept: KeptTensors;
  /** Is called with the number of the node whose feature map is computed next; with `undefined` when all are computed. */
  readonly begin?: ((node: number | undefined) => void) | undefined;
}

/** Tensors that outlive the pass; `dispose` ends them. */
export class KeptTensors {
  readonly statistics = new Map<string, Tensor>();
  readonly #others: Tensor[] = [];

  keep(tensor: Tensor): void {
    this.#others.push(tensor);
  }

  dispose(): void {
    for (const tensor of [...this.statistics.values(), ...this.#others]) tensor.dispose();
    this.statistics.clear();
    this.#others.length = 0;
  }
}

/** The wanted feature maps, by node. To be called within a tidy scope, or on the tape. */
export function forwardPass(pass: Pass): ReadonlyMap<number, Tensor4D> {
  const { tf, shaped } = pass;
  const { graph, shapes } = shaped;
  const needed = ancestors(graph, pass.wanted);
  const readers = countReaders(graph, needed, pass.wanted);
  const unpooled = poolsThatUnpoolsName(graph, needed);
  const maxima = new Map<number, PoolMaxima>();
  const maps = new Map<number, Tensor4D>();
  for (const node of graph.nodes) {
    if (!needed.has(node.id)) continue;
    const context = contextOf(pass, node, shapes, unpooled, maxima);
    const fed = pass.inputs.get(node.id);
    const inputs = fed === undefined ? node.inputs.map((id) => at(maps, id)) : [fed];
    pass.begin?.(node.id);
    const map = tf.tidy(() => lower(node, inputs, context));
    checkShapeOf(node, map, shapes);
    maps.set(node.id, map);
    for (const id of node.inputs) {
      const left = (readers.get(id) ?? 0) - 1;
      readers.set(id, left);
      if (left === 0) release(maps, id, pass);
    }
  }
  pass.begin?.(undefined);
  return new Map(pass.wanted.map((id) => [id, at(maps, id)]));
}

/** Several nodes may share a tensor (the identity, in inference): it goes when the last of them goes. */
function release(maps: Map<number, Tensor4D>, id: number, pass: Pass): void {
  const map = at(maps, id);
  maps.delete(id);
  const fed = [...pass.inputs.values()].includes(map);
  if (!fed && ![...maps.values()].includes(map)) map.dispose();
}

function lower(node: GraphNode, inputs: readonly Tensor4D[], context: LoweringContext): Tensor4D {
  const lowering = lowerings[node.operation] as Lowering<typeof node.operation>; // the table pairs each name with its own lowering
  return (lowering as (node: GraphNode, ...rest: unknown[]) => Tensor4D)(node, inputs, context); // as above
}

function contextOf(
  pass: Pass,
  node: GraphNode,
  shapes: readonly MapShape[],
  unpooled: ReadonlySet<number>,
  maxima: Map<number, PoolMaxima>,
): LoweringContext {
  const owner = node.sharesWith === undefined ? node : (pass.shaped.graph.nodes[node.sharesWith] ?? node);
  const { statistics } = pass.kept;
  return {
    tf: pass.tf,
    training: pass.training && (pass.dropout || operationOf(node).kind !== "dropout"),
    output: shapeAt(shapes, node.id),
    inputs: node.inputs.map((id) => shapeAt(shapes, id)),
    // a layer that is applied twice continues from the running statistics of its first application
    weight: (name) => statistics.get(`${owner.name}.${name}`) ?? pass.weight(owner, name),
    keepMaxima: unpooled.has(node.id)
      ? (found) => {
          pass.kept.keep(pass.tf.keep(found.places));
          maxima.set(node.id, found);
        }
      : undefined,
    maxima: maxima.get(inputsWith(node, "indices")[0] ?? -1),
    guide: pass.guides.get(node.id),
    keep: (tensor) => pass.kept.keep(pass.tf.keep(tensor)),
    updateStatistic: (name, value) => {
      const key = `${owner.name}.${name}`;
      statistics.get(key)?.dispose();
      statistics.set(key, pass.tf.keep(value.clone()));
    },
    seed: pass.seed,
  };
}

function ancestors(graph: Graph, wanted: readonly number[]): ReadonlySet<number> {
  const needed = new Set(wanted);
  for (const node of [...graph.nodes].reverse()) {
    if (needed.has(node.id)) for (const id of node.inputs) needed.add(id);
  }
  return needed;
}

function countReaders(
  graph: Graph,
  needed: ReadonlySet<number>,
  wanted: readonly number[],
): Map<number, number> {
  const readers = new Map<number, number>();
  const count = (id: number) => readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const id of wanted) count(id); // the caller reads those, so they never reach zero here
  for (const node of graph.nodes) if (needed.has(node.id)) node.inputs.forEach(count);
  return readers;
}

function poolsThatUnpoolsName(graph: Graph, needed: ReadonlySet<number>): ReadonlySet<number> {
  const used = graph.nodes.filter((node) => needed.has(node.id));
  return new Set(used.flatMap((node) => inputsWith(node, "indices")));
}

function checkShapeOf(node: GraphNode, map: Tensor4D, shapes: readonly MapShape[]): void {
  const [channels, height, width] = shapeAt(shapes, node.id);
  const [, rows, columns, depth] = map.shape;
  if (rows !== height || columns !== width || depth !== channels) {
    throw new Error(
      `${node.name} (${node.operation}) gave [${depth}, ${rows}, ${columns}] where its size rule says [${channels}, ${height}, ${width}]`,
    );
  }
}

function at(maps: ReadonlyMap<number, Tensor4D>, id: number): Tensor4D {
  const map = maps.get(id);
  if (map === undefined) throw new Error(`node ${id} has no map at this point of the pass`);
  return map;
}

function shapeAt(shapes: readonly MapShape[], id: number): MapShape {
  const shape = shapes[id];
  if (shape === undefined) throw new Error(`node ${id} has no shape`);
  return shape;
}
