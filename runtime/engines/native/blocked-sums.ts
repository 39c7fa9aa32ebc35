/** Sums over the batch and the positions of maps in blocked order, [channels], by kernels that use all threads. */
import { int, ints } from "../../../compiler/onnx/attribute.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "./onnx-graph.ts";

export type MapExtents = readonly [batch: number, channels: number, height: number, width: number];

/** Fewer values are summed one after the other. */
const fewest = 512;

/**
 * Parts of a map that lie beside each other: whole rows, or columns of one row. They have about as many values as there are parts, if
 * these are many: sums of few round less, and parts are summed by all threads.
 */
function partsOf([, , height, width]: MapExtents): {
  readonly tile: readonly [rows: number, columns: number];
  readonly counts: readonly [down: number, across: number];
} {
  const values = Math.max(fewest, Math.sqrt(height * width));
  const rows = nearestDivisor(height, values / width);
  const columns = rows === 1 ? nearestDivisor(width, values) : width;
  return { tile: [rows, columns], counts: [height / rows, width / columns] };
}

/** Of the divisors the one whose ratio to the wanted number is nearest to 1. */
function nearestDivisor(count: number, wanted: number): number {
  const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((one) => count % one === 0);
  const distance = (one: number) => Math.abs(Math.log(one / wanted));
  return divisors.reduce((best, one) => (distance(one) < distance(best) ? one : best), 1);
}

export function channelSums(graph: OnnxGraph, shape: MapExtents, x: OnnxValue): OnnxValue {
  return graph.once(`sums of ${x.name}`, () => {
    const [, channels, height, width] = shape;
    const means = overImages(graph, "ReduceSum", shape, imageMeans(graph, shape, x));
    return graph.apply("Mul", [means, graph.number(height * width)], [channels]);
  });
}

export function channelMeans(graph: OnnxGraph, shape: MapExtents, x: OnnxValue): OnnxValue {
  return graph.once(`means of ${x.name}`, () =>
    overImages(graph, "ReduceMean", shape, imageMeans(graph, shape, x)),
  );
}

/** Of each image, [batch, channels, 1, 1]. */
function imageMeans(graph: OnnxGraph, shape: MapExtents, x: OnnxValue): OnnxValue {
  const [batch, channels] = shape;
  const { tile, counts } = partsOf(shape);
  const tiles = { kernel_shape: ints(tile), strides: ints(tile) };
  const pooled = (operator: string, from: OnnxValue, extents: readonly number[], attributes = {}) =>
    graph.apply(operator, [from], [batch, channels, ...extents], attributes, "float32", blockedDomain);
  const means = counts[0] * counts[1] === 1 ? x : pooled("AveragePool", x, counts, tiles);
  return pooled("GlobalAveragePool", means, [1, 1]);
}

/** [batch, channels, 1, 1] to [channels]. */
function overImages(
  graph: OnnxGraph,
  operator: "ReduceSum" | "ReduceMean",
  [batch, channels]: MapExtents,
  values: OnnxValue,
): OnnxValue {
  if (batch === 1) return graph.reshape(values, [channels]);
  return graph.apply(operator, [values, graph.integers([0, 2, 3])], [channels], { keepdims: int(0) });
}

/** Of two maps: a convolution of each channel by the other map's. */
export function sumsOfProducts(
  graph: OnnxGraph,
  block: number,
  shape: MapExtents,
  x: OnnxValue,
  y: OnnxValue,
): OnnxValue {
  return graph.once(`products of ${x.name} ${y.name}`, () => {
    const [batch, channels] = shape;
    const { tile, counts } = partsOf(shape);
    const parts = counts[0] * counts[1];
    const each = batch * channels * parts;
    const found = graph.apply(
      "Conv",
      [graph.reshape(x, [1, each, ...tile]), graph.reshape(y, [each, 1, ...tile])],
      [1, each, 1, 1],
      { kernel_shape: ints(tile), group: int(each) },
      "float32",
      blockedDomain,
    );
    return collect(graph, block, shape, found, parts);
  });
}

/** [1, batch · channels · parts, 1, 1] to [channels]. */
function collect(
  graph: OnnxGraph,
  block: number,
  [batch, channels]: MapExtents,
  values: OnnxValue,
  parts: number,
): OnnxValue {
  if (batch * parts === 1) return graph.reshape(values, [channels]);
  if (parts === 1)
    return overImages(
      graph,
      "ReduceSum",
      [batch, channels, 1, 1],
      graph.reshape(values, [batch, channels, 1, 1]),
    );
  const split = graph.reshape(values, [batch, channels / block, parts, block]);
  const sums = graph.apply("ReduceSum", [split, graph.integers([0, 2])], [channels / block, block], {
    keepdims: int(0),
  });
  return graph.reshape(sums, [channels]);
}
