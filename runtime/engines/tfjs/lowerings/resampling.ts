/** Resampling by a factor or to a given size, and bed of nails: one matrix along each axis; and pixel shuffle. */
import { alongAxis } from "../gradients/axis-map.ts";
import { shufflePixels, unshufflePixels } from "../gradients/pixel-shuffle.ts";
import type { Lowering, LoweringContext, Tensor4D } from "../lowering.ts";
import { linear, nails, nearest } from "./axis-matrices.ts";
import { only } from "./inputs.ts";

export const resize: Lowering<"resize"> = (node, inputs, context) =>
  resampled(only(inputs), node.attributes.mode, node.attributes.alignCorners, context);

export const resizeTo: Lowering<"resize_to"> = (node, inputs, context) =>
  resampled(only(inputs), node.attributes.mode, node.attributes.alignCorners, context);

export const bedOfNails: Lowering<"bed_of_nails"> = (node, inputs, context) => {
  const x = only(inputs);
  const [rows, columns] = node.attributes.factor;
  const tall = alongAxis(context.tf, x, nails(x.shape[1], rows), 0);
  return alongAxis(context.tf, tall, nails(x.shape[2], columns), 1);
};

export const pixelShuffle: Lowering<"pixel_shuffle"> = (node, inputs, { tf }) =>
  shufflePixels(tf, only(inputs), node.attributes.factor);

export const pixelUnshuffle: Lowering<"pixel_unshuffle"> = (node, inputs, { tf }) =>
  unshufflePixels(tf, only(inputs), node.attributes.factor);

function resampled(
  x: Tensor4D,
  mode: "nearest" | "bilinear",
  alignCorners: boolean,
  { tf, output }: LoweringContext,
): Tensor4D {
  const matrix = mode === "nearest" ? nearest : linear;
  const tall = alongAxis(tf, x, matrix(x.shape[1], output[1], alignCorners), 0);
  return alongAxis(tf, tall, matrix(x.shape[2], output[2], alignCorners), 1);
}
