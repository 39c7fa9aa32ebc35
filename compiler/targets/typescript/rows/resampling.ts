/** Resampling by a factor or to a given size, bed of nails, and pixel shuffle. */
import { expression, options, type Row } from "../row.ts";
import { pair, unlessUsual } from "./notation.ts";

export const resize: Row<"resize"> = (node, [x = ""]) => {
  const { mode, factor, alignCorners } = node.attributes;
  const name = mode === "nearest" ? "upsampleNearest" : "upsampleBilinear";
  const settings = options({ alignCorners: unlessUsual(alignCorners, false) });
  return expression(`${name}(${x}, ${pair(factor)}${settings})`, name);
};

export const resizeTo: Row<"resize_to"> = (node, [x = "", like = ""]) => {
  const { mode, alignCorners } = node.attributes;
  const name = mode === "nearest" ? "resizeNearest" : "resizeBilinear";
  const settings = options({ alignCorners: unlessUsual(alignCorners, false) });
  return expression(`${name}(${x}, sizeOf(${like})${settings})`, name, "sizeOf");
};

export const bedOfNails: Row<"bed_of_nails"> = (node, [x = ""]) =>
  expression(`bedOfNails(${x}, ${pair(node.attributes.factor)})`, "bedOfNails");

export const pixelShuffle: Row<"pixel_shuffle"> = (node, [x = ""]) =>
  expression(`pixelShuffle(${x}, ${pair(node.attributes.factor)})`, "pixelShuffle");

export const pixelUnshuffle: Row<"pixel_unshuffle"> = (node, [x = ""]) =>
  expression(`pixelUnshuffle(${x}, ${pair(node.attributes.factor)})`, "pixelUnshuffle");
