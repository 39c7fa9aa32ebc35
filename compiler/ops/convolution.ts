/** Convolution: every output position is a weighted sum over a window of the input. */
import { perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { ConvolutionAttributes } from "./attributes.ts";
import {
  bracketed,
  count as countNotation,
  extent as extentNotation,
  flag,
  initialisation,
  margins,
} from "./notation.ts";
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
import { readsBy } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { checkInitialisation, inputAt, nameAsLabel, perChannel, spatial } from "./rules.ts";
import { extentText, paddingText, pair, said, unless, weightTexts, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import { windowSize } from "./size-steps.ts";
import { spreadWindow, windowOf } from "./windowed.ts";
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

/** What the layers with a kernel of weights have in common, as it is printed. */
export const learnedSchema = { bias: flag, init: policy(initialisation), frozen: policy(flag) };

const step = ({ kernel, stride, dilation, padding }: ConvolutionAttributes, axis: 0 | 1) =>
  windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before);

export const conv: Operation<ConvolutionAttributes> = {
  name: "conv",
  summary: "Convolution, with stride, dilation, groups and zero padding.",
  kind: "convolution",
  inputs: oneMap,
  schema: {
    channels: countNotation,
    kernel: extentNotation(countNotation),
    stride: extentNotation(countNotation),
    dilation: extentNotation(countNotation),
    groups: countNotation,
    padding: bracketed(margins),
    ...learnedSchema,
  },
  traits: spatial,
  label: nameAsLabel("conv"),
  say: (attributes) => {
    const { channels, kernel, stride, dilation, groups, padding } = attributes;
    const same = perAxis((axis) => samePadding(kernel[axis], dilation[axis]));
    return withSettings(
      said(
        "conv",
        [`${channels}`, extentText(kernel)],
        unless(pair(stride), "1", "stride"),
        unless(pair(dilation), "1", "dilate"),
        unless(`${groups}`, "1", "groups"),
        paddingText(padding, same, "same"),
      ),
      weightTexts(attributes),
    );
  },
  channels: convolvedChannels,
  size: ({ kernel, stride, dilation, padding }, inputs, axis) => {
    const reach = reachOf(kernel[axis], dilation[axis]);
    return applyStep(inputAt(inputs, 0), windowSize(reach, stride[axis], padding[axis]));
  },
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), step(attributes, axis)),
  scale: ({ stride }) => perAxis((axis) => rational(stride[axis])),
  reads: readsBy(step),
  weights: (attributes, inputs) => {
    const { channels, groups, kernel, bias, init, frozen } = attributes;
    const elements = kernel[0] * kernel[1];
    const [into, outputs] = [inputAt(inputs, 0) / groups, channels / groups];
    const weight: WeightSpecification = {
      name: "weight",
      shape: [channels, into, ...kernel],
      initialisation: init,
      trainable: !frozen,
      counted: true,
      // As papers and frameworks count, whatever the stride.
      kernel: {
        fan: { in: into * elements, out: outputs * elements },
        groups,
        outputs,
        transposed: false,
      },
    };
    return bias ? [weight, perChannel("bias", channels, 0, !frozen)] : [weight];
  },
  multiplyAdds: ({ channels, kernel, groups }, inputs, output) => {
    const [inputChannels] = inputAt(inputs, 0);
    return output[1] * output[2] * channels * (inputChannels / groups) * kernel[0] * kernel[1];
  },
  windowed: windowOf(false),
  dilated: { kind: "window", at: spreadWindow },
  moment: "ends",
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
