/** Max and average pooling, of windows, bins and whole feature maps; unpooling. */
import type { PoolAttributes } from "../../../ops/attributes.ts";
import {
  type Argument,
  argument,
  argumentHole,
  expression,
  type Row,
  settingsHole,
  withArguments,
} from "../row.ts";
import { hasMargins, margins, pair, steps } from "./notation.ts";

export const maxpool: Row<"maxpool"> = (node, [x = ""]) => {
  const name = isDilated(node.attributes) ? "dilatedMaxPool" : "maxPool";
  return withArguments(expression(`${name}(${x}${settingsHole})`, name), ...windows(node.attributes));
};

export const avgpool: Row<"avgpool"> = (node, [x = ""]) => {
  const { kernel, stride, padding, ceil } = node.attributes;
  if (ceil || hasMargins(padding) || isDilated(node.attributes))
    return withArguments(
      expression(`averagePool(${x}${settingsHole})`, "averagePool"),
      ...windows(node.attributes),
    );
  return withArguments(
    expression(`tf.avgPool(${x}, ${argumentHole("kernel")}, ${argumentHole("stride")}, "valid")`),
    argument("kernel", pair(kernel)),
    argument("stride", pair(stride)),
  );
};

/** inputs: the values, the pool, the feature map that it pooled, from which the indices of the maxima follow. */
export const unpool: Row<"unpool"> = (node, [values = "", , pooled = ""]) =>
  withArguments(
    expression(`maxUnpool(${values}, ${pooled}${settingsHole})`, "maxUnpool"),
    ...windows(node.attributes),
  );

export const adaptivePool: Row<"adaptive_pool"> = (node, [x = ""]) => {
  const { kind, bins } = node.attributes;
  const name = kind === "max" ? "adaptiveMaxPool" : "adaptiveAveragePool";
  return withArguments(
    expression(`${name}(${x}, ${argumentHole("bins")})`, name),
    argument("bins", `[${bins.join(", ")}]`),
  );
};

export const globalPool: Row<"global_pool"> = (node, [x = ""]) =>
  node.attributes.kind === "max"
    ? expression(`globalMaxPool(${x})`, "globalMaxPool")
    : expression(`tf.mean<tf.Tensor4D>(${x}, [1, 2], true)`);

function isDilated({ dilation }: PoolAttributes): boolean {
  return dilation.some((one) => one !== 1);
}

function windows({ kernel, stride, dilation, padding, ceil }: PoolAttributes): readonly Argument[] {
  return [
    argument("kernel", pair(kernel)),
    argument("stride", pair(stride)),
    margins("padding", padding),
    steps("dilation", dilation),
    argument("ceil", ceil, false),
  ];
}
