/** Max and average pooling, of windows, bins and whole feature maps; unpooling. */
import type { PoolAttributes } from "../../../ops/attributes.ts";
import { expression, options, type Row } from "../row.ts";
import { hasMargins, margins, pair, unlessUsual } from "./notation.ts";

export const maxpool: Row<"maxpool"> = (node, [x = ""]) => {
  const dilated = pair(node.attributes.dilation, 1) !== undefined;
  const name = dilated ? "dilatedMaxPool" : "maxPool";
  return expression(`${name}(${x}${windows(node.attributes)})`, name);
};

export const avgpool: Row<"avgpool"> = (node, [x = ""]) => {
  const { kernel, stride, dilation, padding, ceil } = node.attributes;
  const plain = !ceil && !hasMargins(padding) && pair(dilation, 1) === undefined;
  return plain
    ? expression(`tf.avgPool(${x}, ${pair(kernel)}, ${pair(stride)}, "valid")`)
    : expression(`averagePool(${x}${windows(node.attributes)})`, "averagePool");
};

/** inputs: the values, the pool, the feature map that it pooled, from which the places of the maxima follow. */
export const unpool: Row<"unpool"> = (node, [values = "", , pooled = ""]) =>
  expression(`maxUnpool(${values}, ${pooled}${windows(node.attributes)})`, "maxUnpool");

export const adaptivePool: Row<"adaptive_pool"> = (node, [x = ""]) => {
  const { kind, bins } = node.attributes;
  const name = kind === "max" ? "adaptiveMaxPool" : "adaptiveAveragePool";
  return expression(`${name}(${x}, [${bins.join(", ")}])`, name);
};

export const globalPool: Row<"global_pool"> = (node, [x = ""]) =>
  node.attributes.kind === "max"
    ? expression(`globalMaxPool(${x})`, "globalMaxPool")
    : expression(`tf.mean<tf.Tensor4D>(${x}, [1, 2], true)`);

function windows({ kernel, stride, dilation, padding, ceil }: PoolAttributes): string {
  return options({
    kernel: pair(kernel),
    stride: pair(stride),
    padding: margins(padding),
    dilation: pair(dilation, 1),
    ceil: unlessUsual(ceil, false),
  });
}
