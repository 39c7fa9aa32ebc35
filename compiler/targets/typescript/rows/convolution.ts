/** Convolution, transposed convolution and the fully connected layer. */
import { expression, nameHole, options, type Row } from "../row.ts";
import { margins, pair, unlessUsual } from "./notation.ts";

export const conv: Row<"conv"> = (node, [x = ""]) => {
  const { stride, padding, dilation, groups, bias, channels } = node.attributes;
  const settings = options({
    stride: pair(stride, 1),
    padding: margins(padding),
    dilation: pair(dilation, 1),
    groups: unlessUsual(groups, 1),
    bias: unlessUsual(bias, true),
  });
  const [weight] = node.weights;
  const depthwise = groups > 1 && groups === channels && (weight === undefined || weight.shape[1] === 1);
  const name = groups === 1 ? "conv" : depthwise ? "depthwiseConv" : "groupedConv";
  const given = depthwise ? settings.replace(/groups: \d+,? ?/, "").replace(", {  }", "") : settings;
  return expression(`${name}(pass, ${x}, ${nameHole}${given})`, name);
};

export const transposedConv: Row<"transposed_conv"> = (node, [x = ""]) => {
  const { stride, padding, groups, bias } = node.attributes;
  const settings = options({
    stride: pair(stride, 1),
    crop: margins(padding),
    groups: unlessUsual(groups, 1),
    bias: unlessUsual(bias, true),
  });
  const name = groups === 1 ? "transposedConv" : "groupedTransposedConv";
  return expression(`${name}(pass, ${x}, ${nameHole}${settings})`, name);
};

/** Its kernel is as large as the feature map. */
export const dense: Row<"dense"> = (node, [x = ""]) =>
  expression(
    `conv(pass, ${x}, ${nameHole}${options({ bias: unlessUsual(node.attributes.bias, true) })})`,
    "conv",
  );
