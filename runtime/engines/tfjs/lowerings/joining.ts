/** Operations on several feature maps, and those that fit one feature map to another: concat, add, multiply, crop, pad. */
import { perAxis } from "../../../../compiler/axis.ts";
import { croppedBefore } from "../../../../compiler/ops/cropping.ts";
import { concatenate } from "../gradients/concatenate.ts";
import type { Lowering } from "../lowering.ts";
import { alongAxes, positionsOf } from "./along-axes.ts";
import { only } from "./inputs.ts";
import { cut, padWith } from "./margins.ts";

export const concat: Lowering<"concat"> = (_node, inputs, { tf }) => concatenate(tf, inputs);

export const add: Lowering<"add"> = (_node, inputs, { tf }) => inputs.reduce((sum, map) => tf.add(sum, map));

export const multiply: Lowering<"multiply"> = (_node, inputs, { tf }) =>
  inputs.reduce((product, map) => tf.mul(product, map));

export const cropTo: Lowering<"crop_to"> = (node, inputs, context) => {
  const { tf, output } = context;
  const start = perAxis((axis) => croppedBefore(node.attributes, positionsOf(context, axis)));
  return cut(tf, only(inputs), start, [output[1], output[2]]);
};

export const crop: Lowering<"crop"> = (node, inputs, { tf, output }) => {
  const start = perAxis((axis) => node.attributes.margins[axis].before);
  return cut(tf, only(inputs), start, [output[1], output[2]]);
};

export const pad: Lowering<"pad"> = (node, inputs, context) => {
  const { margins, mode } = node.attributes;
  const x = only(inputs);
  return mode === "zeros" ? padWith(context.tf, x, margins) : alongAxes(node, x, context);
};
