/** Convolution, transposed convolution and the fully connected layer. */
import { argument, expression, nameHole, type Row, settingsHole, withArguments } from "../row.ts";
import { margins, steps } from "./notation.ts";

export const conv: Row<"conv"> = (node, [x = ""]) => {
  const { stride, padding, dilation, groups, bias, channels } = node.attributes;
  const [weight] = node.weights;
  const depthwise = groups > 1 && groups === channels && (weight === undefined || weight.shape[1] === 1);
  const name = groups === 1 ? "conv" : depthwise ? "depthwiseConv" : "groupedConv";
  return withArguments(
    expression(`${name}(pass, ${x}, ${nameHole}${settingsHole})`, name),
    steps("stride", stride),
    margins("padding", padding),
    steps("dilation", dilation),
    name === "groupedConv" ? argument("groups", groups) : undefined,
    argument("bias", bias, true),
  );
};

export const transposedConv: Row<"transposed_conv"> = (node, [x = ""]) => {
  const { stride, padding, groups, bias } = node.attributes;
  const name = groups === 1 ? "transposedConv" : "groupedTransposedConv";
  return withArguments(
    expression(`${name}(pass, ${x}, ${nameHole}${settingsHole})`, name),
    steps("stride", stride),
    margins("crop", padding),
    groups === 1 ? undefined : argument("groups", groups),
    argument("bias", bias, true),
  );
};

/** Its kernel is as large as the feature map. */
export const dense: Row<"dense"> = (node, [x = ""]) =>
  withArguments(
    expression(`conv(pass, ${x}, ${nameHole}${settingsHole})`, "conv"),
    argument("bias", node.attributes.bias, true),
  );
