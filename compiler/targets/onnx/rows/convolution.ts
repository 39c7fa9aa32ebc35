/** Convolution, transposed convolution and the fully connected layer. */
import type { PerAxis } from "../../../axis.ts";
import { int, ints } from "../../../onnx/attribute.ts";
import type { Margins } from "../../../ops/operation.ts";
import type { Row, RowContext } from "../row.ts";

export const conv: Row<"conv"> = (node, inputs, row) => {
  const { kernel, stride, dilation, groups, padding, bias } = node.attributes;
  return row.main("Conv", [...inputs, ...kernelAndBias(row, bias)], {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    dilations: ints(dilation),
    group: int(groups),
    pads: pads(padding),
  });
};

export const transposedConv: Row<"transposed_conv"> = (node, inputs, row) => {
  const { kernel, stride, groups, padding, bias } = node.attributes;
  return row.main("ConvTranspose", [...inputs, ...kernelAndBias(row, bias)], {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    group: int(groups),
    pads: pads(padding),
  });
};

/** A convolution whose kernel is the whole feature map. */
export const dense: Row<"dense"> = (node, inputs, row) =>
  row.main("Conv", [...inputs, ...kernelAndBias(row, node.attributes.bias)]);

function kernelAndBias(row: RowContext, bias: boolean): readonly string[] {
  return bias ? [row.weight("weight"), row.weight("bias")] : [row.weight("weight")];
}

/** Before the first and after the last along height and width, in ONNX's order. */
export function pads([y, x]: PerAxis<Margins>) {
  return ints([y.before, x.before, y.after, x.after]);
}
