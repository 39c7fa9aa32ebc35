/** Resampling by a factor or to a given size, and bed of nails: one matrix along each axis; and pixel shuffle. */

import { four } from "../../value.ts";
import { alongAxes } from "./along-axes.ts";
import { type Expansion, only } from "./expansion.ts";

export const resize: Expansion<"resize"> = ({ attributes }, context) =>
  alongAxes("resize", attributes, context);

export const resizeTo: Expansion<"resize_to"> = ({ attributes }, context) =>
  alongAxes("resize_to", attributes, context);

export const bedOfNails: Expansion<"bed_of_nails"> = ({ attributes }, context) =>
  alongAxes("bed_of_nails", attributes, context);

export const pixelShuffle: Expansion<"pixel_shuffle"> = ({ attributes }, context) => {
  const { build, output } = context;
  const [down, across] = attributes.factor;
  const [batch, , height, width] = four(only(context).shape);
  const parts = build.reshape(only(context), [batch, output[0], down, across, height, width]);
  return build.reshape(build.transpose(parts, [0, 1, 4, 2, 5, 3]), [batch, ...output]);
};

export const pixelUnshuffle: Expansion<"pixel_unshuffle"> = ({ attributes }, context) => {
  const { build, output } = context;
  const [down, across] = attributes.factor;
  const [batch, channels] = four(only(context).shape);
  const [, height, width] = output;
  const parts = build.reshape(only(context), [batch, channels, height, down, width, across]);
  return build.reshape(build.transpose(parts, [0, 1, 3, 5, 2, 4]), [batch, ...output]);
};
