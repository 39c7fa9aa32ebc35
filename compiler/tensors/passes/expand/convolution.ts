/** Convolution, transposed convolution and the fully connected layer. */
import { perAxis } from "../../../axis.ts";
import type { Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, only, perChannel } from "./expansion.ts";

export const conv: Expansion<"conv"> = ({ attributes }, context) => {
  const { stride, dilation, groups, padding, bias } = attributes;
  const result = context.build.conv(only(context), context.weight("weight"), {
    stride,
    dilation,
    groups,
    before: perAxis((axis) => padding[axis].before),
    after: perAxis((axis) => padding[axis].after),
  });
  return bias ? withBias(result, context) : result;
};

export const transposedConv: Expansion<"transposed_conv"> = ({ attributes }, context) => {
  const { stride, groups, padding, bias } = attributes;
  const [, height, width] = context.output;
  const result = context.build.convInputGradient(only(context), context.weight("weight"), {
    stride,
    dilation: [1, 1],
    groups,
    before: perAxis((axis) => padding[axis].before),
    after: perAxis((axis) => padding[axis].after),
    size: [height, width],
  });
  return bias ? withBias(result, context) : result;
};

/** A convolution whose kernel is as large as the feature map. */
export const dense: Expansion<"dense"> = ({ attributes }, context) => {
  const weight = context.weight("weight");
  const result = context.build.conv(only(context), weight, {
    stride: [1, 1],
    dilation: [1, 1],
    before: [0, 0],
    after: [0, 0],
    groups: 1,
  });
  return attributes.bias ? withBias(result, context) : result;
};

function withBias(map: Value, { build, weight }: ExpansionContext): Value {
  return build.add(map, perChannel(build, weight("bias")));
}
