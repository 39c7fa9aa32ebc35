/** Transposed convolution: every input position spreads a weighted kernel over the output. */
import { axes, type PerAxis, perAxis } from "../axis.ts";
import { Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { transposedWindowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { TransposedConvolutionAttributes } from "./attributes.ts";
import { convolvedChannels, learnedSchema } from "./convolution.ts";
import { bracketed, count as countNotation, extent as extentNotation, margins } from "./notation.ts";
import type { Margins, Operation, WeightSpecification } from "./operation.ts";
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
import { readsBy } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, perChannel, spatial } from "./rules.ts";
import { extentText, paddingText, pair, said, unless, weightTexts, withSettings } from "./said.ts";
import { transposedWindowSize } from "./size-steps.ts";
import { windowOf } from "./windowed.ts";
import type { Call, Word } from "./word.ts";

const step = ({ kernel, stride, padding }: TransposedConvolutionAttributes, axis: 0 | 1) =>
  transposedWindowStep(kernel[axis], stride[axis], padding[axis].before);

export const transposedConv: Operation<TransposedConvolutionAttributes> = {
  name: "transposed_conv",
  summary: "Transposed convolution, with stride, groups, and a crop of the result's border.",
  kind: "transposed convolution",
  inputs: oneMap,
  schema: {
    channels: countNotation,
    kernel: extentNotation(countNotation),
    stride: extentNotation(countNotation),
    groups: countNotation,
    padding: bracketed(margins),
    ...learnedSchema,
  },
  traits: spatial,
  label: nameAsLabel("transposed conv"),
  say: (attributes) => {
    const { channels, kernel, stride, groups, padding } = attributes;
    return withSettings(
      said(
        "transposed_conv",
        [`${channels}`, extentText(kernel)],
        unless(pair(stride), "1", "stride"),
        unless(`${groups}`, "1", "groups"),
        transposedPaddingText(padding, samePaddingOf(kernel, stride)),
      ),
      weightTexts(attributes),
    );
  },
  channels: convolvedChannels,
  size: ({ kernel, stride, padding }, inputs, axis) =>
    applyStep(inputAt(inputs, 0), transposedWindowSize(kernel[axis], stride[axis], padding[axis])),
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), step(attributes, axis)),
  scale: ({ stride }) => perAxis((axis) => rational(1, stride[axis])),
  reads: readsBy(step),
  weights: (attributes, inputs) => {
    const { channels, groups, kernel, stride, bias, init, frozen } = attributes;
    const elements = kernel[0] * kernel[1];
    const [into, outputs] = [inputAt(inputs, 0), channels / groups];
    const [strideY, strideX] = stride;
    const weight: WeightSpecification = {
      name: "weight",
      shape: [into, outputs, ...kernel],
      initialisation: init,
      trainable: !frozen,
      counted: true,
      // A position of the input reaches kernel × channels; one of the result is reached, on average over the phases of the
      // stride, by kernel × input channels / stride (both axes), which keeps the variance as He et al. 2015, section 2.2, ask.
      kernel: {
        fan: { in: ((into / groups) * elements) / (strideY * strideX), out: outputs * elements },
        groups,
        outputs,
        transposed: true,
      },
    };
    return bias ? [weight, perChannel("bias", channels, 0, !frozen)] : [weight];
  },
  multiplyAdds: ({ channels, kernel, groups }, inputs) => {
    const [inputChannels, height, width] = inputAt(inputs, 0);
    return height * width * inputChannels * (channels / groups) * kernel[0] * kernel[1];
  },
  windowed: windowOf(true),
  moment: "ends",
};

/** What is cropped less after than before is PyTorch's output padding. */
function transposedPaddingText(padding: PerAxis<Margins>, same: PerAxis<Margins>): readonly string[] {
  const more = perAxis((axis) => padding[axis].before - padding[axis].after);
  const all = paddingText(padding, same, "same");
  if (all.length === 0 || more.some((count) => count < 0) || more.every((count) => count === 0)) return all;
  return [`padding = ${pair(perAxis((axis) => padding[axis].before))}`, `output_padding = ${pair(more)}`];
}

/** What `padding = same` crops: n positions become exactly stride·n. */
function samePaddingOf(kernel: PerAxis<number>, stride: PerAxis<number>): PerAxis<Margins> {
  return perAxis((axis) => {
    const surplus = kernel[axis] - stride[axis];
    return { before: Math.floor(surplus / 2), after: Math.ceil(surplus / 2) };
  });
}

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
    named(
      "output_padding",
      { kind: "extent", least: 0 },
      "Positions less to crop at the bottom and right, as in PyTorch: below the stride, and no more than the padding.",
      "0",
    ),
    ...weightParameters,
  ],
  lower: (call) => {
    const kernel = requiredArgument(call, "kernel", "extent");
    const stride = argumentOf(call, "stride", "extent") ?? one;
    const same = samePaddingOf(kernel, stride);
    const around = paddingOf(call, "same", (axis) => same[axis]);
    for (const axis of [0, 1] as const) {
      if (around[axis].before < 0) return sameNeedsLargerKernel(kernel[axis], stride[axis], axis);
    }
    const padding = withOutputPadding(call, around, stride);
    if (padding instanceof Refusal) return padding;
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

/** Cropped after the result: the padding less the output padding. */
function withOutputPadding(
  call: Call,
  padding: PerAxis<Margins>,
  stride: PerAxis<number>,
): PerAxis<Margins> | Refusal {
  const output = argumentOf(call, "output_padding", "extent");
  if (output === undefined) return padding;
  if (argumentOf(call, "padding", "extent") === undefined) {
    const reason = "the padding that it is taken from must be a number";
    const first = argumentOf(call, "padding", "choice") ?? "same";
    const instead = "write the padding as a number: padding = 1, output_padding = 1";
    const facts = {
      word: "transposed_conv",
      first: `padding = ${first}`,
      second: "output_padding",
      reason,
      instead,
    };
    return refuse("operations/arguments-exclude", facts, "output_padding");
  }
  for (const axis of [0, 1] as const) {
    const most = Math.min(stride[axis] - 1, padding[axis].after);
    if (output[axis] <= most) continue;
    const facts = {
      outputPadding: output[axis],
      padding: padding[axis].after,
      stride: stride[axis],
      axis: axes[axis],
    };
    return refuse("operations/output-padding-too-large", facts, "output_padding");
  }
  return perAxis((axis) => ({
    before: padding[axis].before,
    after: padding[axis].after - output[axis],
  }));
}

function sameNeedsLargerKernel(kernel: number, stride: number, axis: 0 | 1): Refusal {
  return refuse(
    "operations/same-needs-larger-kernel",
    { kernel, stride, axis: axis === 0 ? "y" : "x" },
    "kernel",
  );
}
