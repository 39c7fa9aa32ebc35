/** What convolutions and their gradients take beside operands and results, in bytes. */
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { elementCount } from "../../../../compiler/tensors/value.ts";
import { isDense, isDepthwise, isOne, margins, pair, type Sizes } from "../convolution/sizes.ts";
import { filterGradientPlan } from "../kernels/filter-gradient-plan.ts";
import { inputGradientPlan } from "../kernels/input-gradient-plan.ts";
import { convolutionOperator, depthwiseOperator, productOperator } from "../kernels/wasm-operators.ts";
import type { TensorFlow } from "../types.ts";
import type { Kernels } from "./kernel-call.ts";

type Workspace = NonNullable<Kernels["workspace"]>;

const bytesOf = (shape: readonly number[]): number => 4 * elementCount(shape);

/** With the padding around it. */
function paddedBytes({ before, after }: ConvolutionAttributes, { x }: Sizes): number {
  if ([...before, ...after].every((positions) => positions === 0)) return 0;
  return bytesOf([x[0], x[1] + before[0] + after[0], x[2] + before[1] + after[1], x[3]]);
}

export function forwardWorkspace(
  backend: string,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Workspace {
  const { stride, dilation, groups } = attributes;
  const { x, filter, y } = sizes;
  const depthwise = isDepthwise(attributes, sizes);
  const grouped = groups > 1 && !depthwise;
  // parts of the map and of the filter, and their results before they are joined
  const parts = grouped ? bytesOf(x) + bytesOf(filter) + bytesOf(y) : 0;
  const own = (backend === "wasm" || backend === "cpu") && !depthwise;
  const passing = parts + (own ? 0 : paddedBytes(attributes, sizes));
  if (backend !== "wasm" || grouped) return { passing };
  const attached = (bytes: number): Workspace => ({ passing, attached: { operand: 1, bytes } });
  if (isDense(attributes, sizes)) return attached(productOperator([elementCount(x.slice(1)), y[3]]));
  if (!depthwise) return attached(convolutionOperator(filter, stride, [y[1], y[2]]));
  const step = dilation[1] > 1 ? filter[1] : Math.min(stride[1], filter[1]);
  return attached(depthwiseOperator([filter[0], filter[1], filter[3], 1], step, [y[1], y[2]]));
}

/** Zeros between the positions of dy: between columns, then rows, padded, and cut to size (`withZerosBetween`). */
function unstridedBytes(
  { stride }: ConvolutionAttributes,
  { y: [batch, rows, columns, channels] }: Sizes,
): number {
  if (isOne(stride)) return 0;
  const wide = columns * stride[1];
  const high = rows * stride[0];
  const cut = [batch, high - stride[0] + 1, wide - stride[1] + 1, channels];
  return bytesOf([batch, rows, wide, channels]) + 2 * bytesOf([batch, high, wide, channels]) + bytesOf(cut);
}

export function inputGradientWorkspace(
  tf: TensorFlow,
  backend: string,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Workspace {
  const { stride, dilation, groups } = attributes;
  const { x, filter, y } = sizes;
  if (isDense(attributes, sizes)) return { passing: bytesOf(y) + bytesOf(x) };
  if (isDepthwise(attributes, sizes) || groups > 1 || !isOne(dilation)) {
    const spread = [
      y[0],
      (y[1] - 1) * stride[0] + 2 * (filter[0] - 1) * dilation[0] + 1,
      (y[2] - 1) * stride[1] + 2 * (filter[1] - 1) * dilation[1] + 1,
      y[3],
    ];
    // the result for every position that a window reaches, of which those in the padding are cut off
    const reached = (axis: 0 | 1, positions: number): number =>
      (positions - 1) * stride[axis] + (filter[axis] - 1) * dilation[axis] + 1;
    const whole = [x[0], reached(0, y[1]), reached(1, y[2]), x[3]];
    // reversed; of ordinary convolutions also with its channels exchanged
    const filters = (isDepthwise(attributes, sizes) ? 1 : 2) * bytesOf(filter);
    return { passing: bytesOf(spread) + bytesOf(whole) + filters + unstridedBytes(attributes, sizes) };
  }
  if (backend === "cpu") return { passing: 0 };
  if (backend !== "wasm") return { passing: paddedBytes(attributes, sizes) };
  const given = { inputShape: x, strides: pair(stride), pad: margins(attributes) };
  const { filterShape, phasesShape, direct } = inputGradientPlan(tf, y, filter, given);
  const [, rows, columns] = phasesShape;
  const operator = convolutionOperator(filterShape, [1, 1], [rows, columns]);
  return { passing: bytesOf(filterShape) + operator + (direct ? 0 : bytesOf(phasesShape)) };
}

/** On WebAssembly: the input's phases transposed, dy on their grid, and a piece of the product. */
export function filterGradientWorkspace(
  tf: TensorFlow,
  backend: string,
  attributes: ConvolutionAttributes,
  sizes: Sizes,
): Workspace {
  const { stride, dilation, groups } = attributes;
  const { x, filter, y } = sizes;
  if (isDense(attributes, sizes)) return { passing: bytesOf(x) };
  if (isDepthwise(attributes, sizes)) return { passing: paddedBytes(attributes, sizes) };
  if (groups > 1) return { passing: bytesOf(x) + bytesOf(y) + bytesOf(filter) };
  if (backend === "cpu") return { passing: 0 };
  if (backend !== "wasm") return { passing: paddedBytes(attributes, sizes) };
  const pad = margins(attributes);
  const plan = filterGradientPlan(tf, x, {
    filterShape: filter,
    strides: pair(stride),
    dilations: pair(dilation),
    pad,
  });
  const [, , channels, outputs] = filter;
  const phases = 4 * plan.sy * plan.sx * plan.positions * channels;
  const right = 4 * plan.positions * outputs;
  const piece = (positions: number): number =>
    4 * positions * (plan.taps.length * channels + outputs) + productOperator([positions, outputs]);
  return {
    passing: phases + right,
    bounded: { bytes: piece(plan.positions), most: piece(plan.largestPiece) },
  };
}
