/** Operations on several feature maps, and those that fit one feature map to another: concat, add, multiply, crop, pad. */
import { perAxis } from "../../../../compiler/axis.ts";
import { alongAxis } from "../gradients/axis-map.ts";
import { concatenate } from "../gradients/concatenate.ts";
import type { Lowering } from "../lowering.ts";
import { border } from "./axis-matrices.ts";
import { only } from "./inputs.ts";
import { cut, padWith } from "./margins.ts";

export const concat: Lowering<"concat"> = (_node, inputs, { tf }) => concatenate(tf, inputs);

export const add: Lowering<"add"> = (_node, inputs, { tf }) => inputs.reduce((sum, map) => tf.add(sum, map));

export const multiply: Lowering<"multiply"> = (_node, inputs, { tf }) =>
  inputs.reduce((product, map) => tf.mul(product, map));

export const cropTo: Lowering<"crop_to"> = (node, inputs, { tf, inputs: shapes, output }) => {
  const [, height, width] = only(shapes);
  const surplus = [height - output[1], width - output[2]] as const;
  const start = perAxis((axis) => node.attributes.offset[axis] ?? Math.floor(surplus[axis] / 2));
  return cut(tf, only(inputs), start, [output[1], output[2]]);
};

export const crop: Lowering<"crop"> = (node, inputs, { tf, output }) => {
  const start = perAxis((axis) => node.attributes.margins[axis].before);
  return cut(tf, only(inputs), start, [output[1], output[2]]);
};

export const pad: Lowering<"pad"> = (node, inputs, { tf }) => {
  const { margins, mode } = node.attributes;
  const x = only(inputs);
  if (mode === "zeros") return padWith(tf, x, margins);
  const tall = alongAxis(tf, x, border(x.shape[1], margins[0], mode), 0);
  return alongAxis(tf, tall, border(x.shape[2], margins[1], mode), 1);
};
