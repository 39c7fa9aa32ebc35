/** Transposed convolution: every input position spreads a weighted kernel over the output. */
import { perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { transposedWindowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { TransposedConvolutionAttributes } from "./attributes.ts";
import { convolvedChannels } from "./convolution.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { paddingOf } from "./padding.ts";
import {
  argumentOf,
  count,
  extent,
  named,
  one,
  paddingType,
  required,
  requiredArgument,
  weightArguments,
  weightParameters,
} from "./parameters.ts";
import { inputAt, perChannel, spatial } from "./rules.ts";
import { transposedWindowSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

export const transposedConv: Operation<TransposedConvolutionAttributes> = {
  name: "transposed_conv",
  summary: "Transposed convolution, with stride, groups, and a crop of the result's border.",
  traits: spatial,
  channels: convolvedChannels,
  size: ({ kernel, stride, padding }, inputs, axis) =>
    applyStep(inputAt(inputs, 0), transposedWindowSize(kernel[axis], stride[axis], padding[axis])),
  geometry: ({ kernel, stride, padding }, inputs, axis) =>
    compose(inputAt(inputs, 0), transposedWindowStep(kernel[axis], stride[axis], padding[axis].before)),
  weights: (attributes, inputs) => {
    const { channels, groups, kernel, bias, init, frozen } = attributes;
    const weight: WeightSpecification = {
      name: "weight",
      shape: [inputAt(inputs, 0), channels / groups, ...kernel],
      initialisation: init,
      trainable: !frozen,
      counted: true,
    };
    return bias ? [weight, perChannel("bias", channels, 0, !frozen)] : [weight];
  },
  multiplyAdds: ({ channels, kernel, groups }, inputs) => {
    const [inputChannels, height, width] = inputAt(inputs, 0);
    return height * width * inputChannels * (channels / groups) * kernel[0] * kernel[1];
  },
};

export const transposedConvWord: Word = {
  name: "transposed_conv",
  summary: "Transposed convolution (deconvolution).",
  parameters: [
    required("channels", count, "Channels of the result."),
    required("kernel", extent, "Height and width of the kernel: 3x3, 5x1, or one number for both."),
    named("stride", extent, "Output positions from one input position to the next.", "1"),
    named(
      "padding",
      paddingType,
      "Positions cropped from the result: same (so many that n positions become exactly stride·n: ⌊(k−s)/2⌋ before, ⌈(k−s)/2⌉ after), " +
        "valid (none: s·(n−1)+k), or a number for every side.",
      "same",
    ),
    ...weightParameters,
  ],
  lower: (call) => {
    const kernel = requiredArgument(call, "kernel", "extent");
    const stride = argumentOf(call, "stride", "extent") ?? one;
    const surplus = perAxis((axis) => kernel[axis] - stride[axis]);
    const padding = paddingOf(call, "same", (axis) => ({
      before: Math.floor(surplus[axis] / 2),
      after: Math.ceil(surplus[axis] / 2),
    }));
    for (const axis of [0, 1] as const) {
      if (padding[axis].before < 0) return sameNeedsLargerKernel(kernel[axis], stride[axis], axis);
    }
    const channels = requiredArgument(call, "channels", "count");
    const attributes: TransposedConvolutionAttributes = {
      channels,
      kernel,
      stride,
      padding,
      ...weightArguments(call),
    };
    return [{ operation: "transposed_conv", attributes, inputs: [call.current.node] }];
  },
};

function sameNeedsLargerKernel(kernel: number, stride: number, axis: 0 | 1): Refusal {
  return refuse(
    "operations/same-needs-larger-kernel",
    { kernel, stride, axis: axis === 0 ? "y" : "x" },
    "kernel",
  );
}
