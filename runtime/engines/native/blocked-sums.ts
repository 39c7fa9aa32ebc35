/** Sums over the batch and the positions of maps in blocked order, [channels], by kernels that use all threads. */
import { int, ints } from "../../../compiler/onnx/attribute.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "./onnx-graph.ts";

export type MapExtents = readonly [batch: number, channels: number, height: number, width: number];

/** Rows in parts of few values, whose sums round less and are formed by all threads. */
function partsOf([, , height, width]: MapExtents): readonly [count: number, rows: number] {
  let rows = height;
  while (rows > 1 && rows * width > 512 && rows % 2 === 0) rows /= 2;
  return [height / rows, rows];
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
  const [batch, channels, , width] = shape;
  const [parts, rows] = partsOf(shape);
  const tiles = { kernel_shape: ints([rows, width]), strides: ints([rows, width]) };
  const pooled = (operator: string, from: OnnxValue, extents: readonly number[], attributes = {}) =>
    graph.apply(operator, [from], [batch, channels, ...extents], attributes, "float32", blockedDomain);
  const means = parts === 1 ? x : pooled("AveragePool", x, [parts, 1], tiles);
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
    const [batch, channels, , width] = shape;
    const [parts, rows] = partsOf(shape);
    const each = batch * channels * parts;
    const found = graph.apply(
      "Conv",
      [graph.reshape(x, [1, each, rows, width]), graph.reshape(y, [each, 1, rows, width])],
      [1, each, 1, 1],
      { kernel_shape: ints([rows, width]), group: int(each) },
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
