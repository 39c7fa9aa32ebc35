/** Max and average pooling, of windows, bins and whole feature maps; unpooling. */
import type { PoolAttributes } from "../../../ops/attributes.ts";
import { expression, keywords, type Row } from "../row.ts";
import { hasMargins, isSymmetric, padSides, pair, unlessUsual } from "./notation.ts";

/** Whether PyTorch's own pooling takes the padding: the same before and after, and at most half a window. */
function isPlain({ kernel, padding }: PoolAttributes): boolean {
  return (
    isSymmetric(padding) &&
    padding.every(({ before }, axis) => 2 * before <= (axis === 0 ? kernel[0] : kernel[1]))
  );
}

function windows({ kernel, stride, dilation, padding, ceil }: PoolAttributes): string {
  const [vertical, horizontal] = padding;
  return `, ${pair(kernel)}${keywords({
    stride: unlessUsual(pair(stride), pair(kernel)),
    padding: unlessUsual(pair([vertical.before, horizontal.before]), "0"),
    dilation: unlessUsual(pair(dilation), "1"),
    ceil_mode: ceil ? "True" : undefined,
  })}`;
}

function sidedWindows({ kernel, stride, dilation, padding, ceil }: PoolAttributes): string {
  return keywords({
    kernel: `(${kernel.join(", ")})`,
    stride: `(${stride.join(", ")})`,
    padding: unlessUsual(padSides(padding), "(0, 0, 0, 0)"),
    dilation: unlessUsual(`(${dilation.join(", ")})`, "(1, 1)"),
    ceil_mode: ceil ? "True" : undefined,
  });
}

export const maxpool: Row<"maxpool"> = ({ attributes }, [x = ""]) =>
  isPlain(attributes)
    ? expression(`F.max_pool2d(${x}${windows(attributes)})`)
    : expression(`max_pool(${x}${sidedWindows(attributes)})`, "max_pool");

/** Padding does not count. */
export const avgpool: Row<"avgpool"> = ({ attributes }, [x = ""]) => {
  const { dilation, padding, ceil } = attributes;
  if (!isPlain(attributes) || dilation.some((spacing) => spacing !== 1))
    return expression(`average_pool(${x}${sidedWindows(attributes)})`, "average_pool");
  const clipped = ceil || hasMargins(padding) ? ", count_include_pad=False" : "";
  return expression(`F.avg_pool2d(${x}${windows(attributes)}${clipped})`);
};

/** inputs: the values, the pool, the feature map that it pooled, from which the indices of the maxima follow. */
export const unpool: Row<"unpool"> = ({ attributes }, [values = "", , pooled = ""]) =>
  expression(`max_unpool(${values}, ${pooled}${sidedWindows(attributes)})`, "max_unpool");

export const adaptivePool: Row<"adaptive_pool"> = ({ attributes: { kind, bins } }, [x = ""]) =>
  expression(`F.adaptive_${kind === "max" ? "max" : "avg"}_pool2d(${x}, (${bins.join(", ")}))`);

export const globalPool: Row<"global_pool"> = ({ attributes: { kind } }, [x = ""]) =>
  expression(`F.adaptive_${kind === "max" ? "max" : "avg"}_pool2d(${x}, (1, 1))`);
