/** Convolution and its two gradients. */
import { int, ints } from "../../../../compiler/onnx/attribute.ts";
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { full, type Lowering, one, resultAt } from "../lowered.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";

type Pair = readonly [number, number];
type Pads = readonly [top: number, left: number, bottom: number, right: number];

interface Convolution {
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly pads?: Pads;
  readonly groups?: number;
}

function convolve(
  graph: OnnxGraph,
  x: OnnxValue,
  filter: OnnxValue,
  shape: readonly number[],
  { stride = [1, 1], dilation = [1, 1], pads = [0, 0, 0, 0], groups = 1 }: Convolution,
): OnnxValue {
  return graph.apply("Conv", [x, filter], shape, {
    kernel_shape: ints(filter.shape.slice(2)),
    strides: ints(stride),
    dilations: ints(dilation),
    pads: ints(pads),
    group: int(groups),
  });
}

export const conv: Lowering<"conv"> = (call) => {
  const { graph, attributes, results } = call;
  const { stride, dilation, before, after, groups } = attributes;
  const pads: Pads = [...before, ...after];
  return one(
    convolve(graph, full(call, 0), full(call, 1), resultAt(results).shape, {
      stride,
      dilation,
      pads,
      groups,
    }),
  );
};

/** At stride 1 a convolution by the turned filter, which is faster than the operator. */
export const convInputGradient: Lowering<"conv_input_gradient"> = (call) => {
  const { graph, attributes, results } = call;
  const { stride, dilation, before, after, groups, size } = attributes;
  const [gradient, filter] = [full(call, 0), full(call, 1)];
  const { shape } = resultAt(results);
  const [, , rows, columns] = four(gradient.shape);
  const [, , ...kernel] = four(filter.shape);
  const reach = pair((axis) => dilation[axis] * (kernel[axis] - 1));
  const counts: Pair = [rows, columns];
  if (stride[0] === 1 && stride[1] === 1) {
    const first = pair((axis) => reach[axis] - before[axis]);
    const last = pair((axis) => size[axis] - counts[axis] + before[axis]);
    // padding that is negative crops
    const cropped = graph.pad(
      gradient,
      [0, 0, ...first.map((count) => Math.min(count, 0))],
      [0, 0, ...last.map((count) => Math.min(count, 0))],
    );
    const kept = (count: number) => Math.max(count, 0);
    const pads: Pads = [kept(first[0]), kept(first[1]), kept(last[0]), kept(last[1])];
    return one(convolve(graph, cropped, turned(graph, filter, groups), shape, { dilation, pads, groups }));
  }
  // positions after the last that no window reaches
  const rest = pair(
    (axis) => size[axis] - (stride[axis] * (counts[axis] - 1) + reach[axis] + 1 - before[axis] - after[axis]),
  );
  return one(
    graph.apply("ConvTranspose", [gradient, filter], shape, {
      kernel_shape: ints(kernel),
      strides: ints(stride),
      dilations: ints(dilation),
      pads: ints([...before, ...after]),
      group: int(groups),
      output_padding: ints(rest),
    }),
  );
};

/** [O, C / groups, kernel] to [C, O / groups, kernel], turned by half a circle. */
function turned(graph: OnnxGraph, filter: OnnxValue, groups: number): OnnxValue {
  const [outputs, perGroup, rows, columns] = four(filter.shape);
  const taps = rows * columns;
  const parts = graph.reshape(filter, [groups, outputs / groups, perGroup, taps]);
  const swapped = graph.reshape(graph.transpose(parts, [0, 2, 1, 3]), [
    groups * perGroup,
    outputs / groups,
    taps,
  ]);
  const turn = graph.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
  const around =
    taps === 1
      ? swapped
      : graph.once(`turned ${swapped.name}`, () =>
          graph.apply("Gather", [swapped, turn], swapped.shape, { axis: int(2) }),
        );
  return graph.reshape(around, [groups * perGroup, outputs / groups, rows, columns]);
}

/** Few channels, groups and large kernels: a convolution by the gradient. Else a product of matrices for each tap. */
export const convFilterGradient: Lowering<"conv_filter_gradient"> = (call) => {
  const { graph, attributes } = call;
  const [x, gradient] = [full(call, 0), full(call, 1)];
  const channels = four(x.shape)[1];
  const [rows, columns] = attributes.kernel;
  return one(
    attributes.groups > 1 || channels < 8 || rows * columns > 49
      ? byConvolution(graph, x, gradient, attributes)
      : byTaps(graph, x, gradient, attributes),
  );
};

type FilterGradient = ConvolutionAttributes & { readonly kernel: Pair };

/** The image is the operand and the gradient the filter; the batch is what is summed over, strides and dilations change places. */
function byConvolution(
  graph: OnnxGraph,
  x: OnnxValue,
  gradient: OnnxValue,
  attributes: FilterGradient,
): OnnxValue {
  const { stride, dilation, before, after, groups, kernel } = attributes;
  const [batch, channels, height, width] = four(x.shape);
  const [, outputs, rows, columns] = four(gradient.shape);
  const perGroup = channels / groups;
  const parts = graph.reshape(x, [batch, groups, perGroup, height * width]);
  const image = graph.reshape(graph.transpose(parts, [2, 1, 0, 3]), [
    perGroup,
    groups * batch,
    height,
    width,
  ]);
  const filter = graph.reshape(
    graph.transpose(graph.reshape(gradient, [batch, outputs, rows * columns]), [1, 0, 2]),
    [outputs, batch, rows, columns],
  );
  const reached = pair((axis) => {
    const room = [height, width][axis] ?? 0;
    const reach = ([rows, columns][axis] ?? 1) * stride[axis] - stride[axis] + 1;
    return Math.floor((room + before[axis] + after[axis] - reach) / dilation[axis]) + 1;
  });
  const found = convolve(graph, image, filter, [perGroup, outputs, ...reached], {
    stride: dilation,
    dilation: stride,
    pads: [...before, ...after],
    groups,
  });
  const taps = graph.slice(found, [0, 0, 0, 0], [perGroup, outputs, ...kernel]);
  return graph.transpose(taps, [1, 0, 2, 3]);
}

/** For each tap, the gradient [O, positions] by what the tap meets, [positions, C]; the batch is part of the positions. */
function byTaps(graph: OnnxGraph, x: OnnxValue, gradient: OnnxValue, attributes: FilterGradient): OnnxValue {
  const { stride, dilation, before, after, kernel } = attributes;
  const [batch, channels] = four(x.shape);
  const [, outputs, rows, columns] = four(gradient.shape);
  const positions = batch * rows * columns;
  const padded = graph.pad(x, [0, 0, ...before], [0, 0, ...after]);
  const image = graph.transpose(padded, [1, 0, 2, 3]);
  const slopes = graph.reshape(graph.transpose(gradient, [1, 0, 2, 3]), [outputs, positions]);
  const products: OnnxValue[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const start = [0, 0, i * dilation[0], j * dilation[1]];
      const met = graph.slice(image, start, [channels, batch, rows, columns], [1, 1, ...stride]);
      const flat = graph.reshape(met, [channels, positions]);
      const product = graph.apply("Gemm", [slopes, flat], [outputs, channels], { transB: int(1) });
      products.push(graph.reshape(product, [1, outputs, channels]));
    }
  }
  const taps = graph.concat(products, 0);
  return graph.reshape(graph.transpose(taps, [1, 2, 0]), [outputs, channels, ...kernel]);
}

function pair(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}
