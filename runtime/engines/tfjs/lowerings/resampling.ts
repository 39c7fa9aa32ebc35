/** Resampling by a factor or to a given size, and bed of nails: one matrix along each axis; and pixel shuffle. */
import { shufflePixels, unshufflePixels } from "../gradients/pixel-shuffle.ts";
import type { Lowering } from "../lowering.ts";
import { alongAxes } from "./along-axes.ts";
import { only } from "./inputs.ts";

export const resize: Lowering<"resize"> = (node, inputs, context) => alongAxes(node, only(inputs), context);

export const resizeTo: Lowering<"resize_to"> = (node, inputs, context) =>
  alongAxes(node, only(inputs), context);

export const bedOfNails: Lowering<"bed_of_nails"> = (node, inputs, context) =>
  alongAxes(node, only(inputs), context);

export const pixelShuffle: Lowering<"pixel_shuffle"> = (node, inputs, { tf }) =>
  shufflePixels(tf, only(inputs), node.attributes.factor);

export const pixelUnshuffle: Lowering<"pixel_unshuffle"> = (node, inputs, { tf }) =>
  unshufflePixels(tf, only(inputs), node.attributes.factor);
