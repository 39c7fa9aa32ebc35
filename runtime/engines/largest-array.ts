/** What an engine cannot hold in one array: a feature map of a batch, or a weight. Found from sizes, before anything is computed. */
import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import { elementCount, weightsOf } from "../weights/weight-name.ts";
import { type ArrayLimit, EngineRefusal } from "./engine.ts";

export interface Holder {
  /** Of the engine. */
  readonly name: string;
  readonly device: string;
  readonly largestArray?: ArrayLimit | undefined;
}

/** Bytes of a value: 32-bit floats everywhere. */
const valueBytes = 4;

/** @throws EngineRefusal naming the largest weight, when it is larger than one array may be. */
export function refuseLargeWeights(holder: Holder, graph: Graph): void {
  const { largestArray: limit } = holder;
  if (limit === undefined) return;
  const largest = largestOf(
    weightsOf(graph).map((weight) => ({
      ...weight,
      bytes: valueBytes * elementCount(weight.specification.shape),
    })),
  );
  if (largest === undefined || largest.bytes <= limit.bytes) return;
  const shape = largest.specification.shape.join(", ");
  throw refusal(holder, limit, largest, `the weight ${largest.name}, [${shape}], needs`, undefined);
}

/** @throws EngineRefusal naming the largest feature map of the batch, when it is larger than one array may be. */
export function refuseLargeMaps(holder: Holder, { graph, shapes }: ShapedGraph, images: number): void {
  const { largestArray: limit } = holder;
  if (limit === undefined) return;
  const largest = largestOf(
    graph.nodes.map((node) => ({
      node,
      bytes: valueBytes * images * elementCount(shapes[node.id] ?? []),
    })),
  );
  if (largest === undefined || largest.bytes <= limit.bytes) return;
  const shape = (shapes[largest.node.id] ?? []).join(", ");
  const what = `the feature map of ${largest.node.name}, [${shape}] for each of ${images} image${images === 1 ? "" : "s"}, needs`;
  throw refusal(holder, limit, largest, what, Math.floor((limit.bytes * images) / largest.bytes));
}

function refusal(
  { name, device }: Holder,
  { bytes: most, source }: ArrayLimit,
  { node, bytes }: { readonly node: GraphNode; readonly bytes: number },
  takes: string,
  fittingBatch: number | undefined,
): EngineRefusal {
  return new EngineRefusal(
    `${takes} ${inWords(bytes)}, and ${name} on ${device} holds at most ${inWords(most)} in one array (${source})`,
    { engine: name, node: node.name, span: node.origin.span, bytes, fittingBatch },
  );
}

/** The first of the largest; `undefined`: there are none. */
function largestOf<T extends { readonly bytes: number }>(arrays: readonly T[]): T | undefined {
  return arrays.reduce<T | undefined>(
    (largest, one) => (largest === undefined || one.bytes > largest.bytes ? one : largest),
    undefined,
  );
}

/** "1.50 GB", "300 MB", "16 kB"; of 1024. */
function inWords(bytes: number): string {
  for (const [power, unit] of [
    [30, "GB"],
    [20, "MB"],
    [10, "kB"],
  ] as const) {
    if (bytes >= 2 ** power) return `${Number((bytes / 2 ** power).toPrecision(3))} ${unit}`;
  }
  return `${bytes} bytes`;
}
