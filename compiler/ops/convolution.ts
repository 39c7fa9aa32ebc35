/** Convolution: every output position is a weighted sum over a window of the input. */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { ConvolutionAttributes } from "./attributes.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { paddingOf, reachOf, samePadding } from "./padding.ts";
import {
  argumentOf,
  count,
  extent,
  named,
  one,
  paddingType,
  possibleGroups,
  required,
  requiredArgument,
  weightArguments,
  weightParameters,
} from "./parameters.ts";
import { checkInitialisation, inputAt, perChannel, spatial } from "./rules.ts";
import { windowSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

/** The channels of a convolution's or transposed convolution's result. */
export function convolvedChannels(
  { channels, groups, init, kernel }: Pick<ConvolutionAttributes, "channels" | "groups" | "init" | "kernel">,
  inputs: readonly number[],
): number | Refusal {
  const input = inputAt(inputs, 0);
  return (
    checkGroups(groups, input, channels) ??
    checkInitialisation(init, input, channels, groups, kernel) ??
    channels
  );
}

/** Refuses groups that do not divide the channels on both sides. */
function checkGroups(groups: number, input: number, output: number): Refusal | undefined {
  const possible = possibleGroups(input, output);
  if (input % groups !== 0) {
    return refuse(
      "operations/groups-do-not-divide",
      { groups, channels: input, side: "input", possible },
      "groups",
    );
  }
  if (output % groups !== 0) {
    return refuse(
      "operations/groups-do-not-divide",
      { groups, channels: output, side: "output", possible },
      "groups",
    );
  }
  return undefined;
}

export const conv: Operation<ConvolutionAttributes> = {
  name: "conv",
  summary: "Convolution, with stride, dilation, groups and zero padding.",
  traits: spatial,
  channels: convolvedChannels,
  size: ({ kernel, stride, dilation, padding }, inputs, axis) => {
    const reach = reachOf(kernel[axis], dilation[axis]);
    return applyStep(inputAt(inputs, 0), windowSize(reach, stride[axis], padding[axis]));
  },
  geometry: ({ kernel, stride, dilation, padding }, inputs, axis) =>
    compose(inputAt(inputs, 0), windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before)),
  weights: (attributes, inputs) => {
    const { channels, groups, kernel, bias, init, frozen } = attributes;
    const weight: WeightSpecification = {
      name: "weight",
      shape: [channels, inputAt(inputs, 0) / groups, ...kernel],
      initialisation: init,
      trainable: !frozen,
      counted: true,
    };
    return bias ? [weight, perChannel("bias", channels, 0, !frozen)] : [weight];
  },
  multiplyAdds: ({ channels, kernel, groups }, inputs, output) => {
    const [inputChannels] = inputAt(inputs, 0);
    return output[1] * output[2] * channels * (inputChannels / groups) * kernel[0] * kernel[1];
  },
};

export const convWord: Word = {
  name: "conv",
  summary: "Convolution.",
  parameters: [
    required("channels", count, "Channels of the result."),
    required("kernel", extent, "Height and width of the window: 3x3, 5x1, or one number for both."),
    named("stride", extent, "Positions from one window to the next.", "1"),
    named("dilate", extent, "Positions from one tap of the kernel to the next.", "1"),
    named(
      "padding",
      paddingType,
      "Zeros around the input: same (⌊(k′−1)/2⌋ before, ⌈(k′−1)/2⌉ after), valid (none), or a number for every side.",
      "same",
    ),
    ...weightParameters,
  ],
  lower: (call) => {
    const kernel = requiredArgument(call, "kernel", "extent");
    const dilation = argumentOf(call, "dilate", "extent") ?? one;
    const attributes: ConvolutionAttributes = {
      channels: requiredArgument(call, "channels", "count"),
      kernel,
      stride: argumentOf(call, "stride", "extent") ?? one,
      dilation,
      padding: paddingOf(call, "same", (axis) => samePadding(kernel[axis], dilation[axis])),
      ...weightArguments(call),
    };
    return [{ operation: "conv", attributes, inputs: [call.current.node] }];
  },
};
