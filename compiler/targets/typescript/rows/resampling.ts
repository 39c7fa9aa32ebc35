/** Resampling by a factor or to a given size, bed of nails, and pixel shuffle. */
import type { PerAxis } from "../../../axis.ts";
import {
  argument,
  argumentHole,
  type Expression,
  expression,
  type Row,
  settingsHole,
  withArguments,
} from "../row.ts";
import { pair } from "./notation.ts";

export const resize: Row<"resize"> = (node, [x = ""]) => {
  const { mode, factor, alignCorners } = node.attributes;
  const name = mode === "nearest" ? "upsampleNearest" : "upsampleBilinear";
  return withArguments(
    expression(`${name}(${x}, ${argumentHole("factor")}${settingsHole})`, name),
    argument("factor", pair(factor)),
    argument("alignCorners", alignCorners, false),
  );
};

export const resizeTo: Row<"resize_to"> = (node, [x = "", like = ""]) => {
  const { mode, alignCorners } = node.attributes;
  if (mode === "area")
    return expression(`adaptiveAveragePool(${x}, sizeOf(${like}))`, "adaptiveAveragePool", "sizeOf");
  const name = mode === "nearest" ? "resizeNearest" : "resizeBilinear";
  return withArguments(
    expression(`${name}(${x}, sizeOf(${like})${settingsHole})`, name, "sizeOf"),
    argument("alignCorners", alignCorners, false),
  );
};

export const bedOfNails: Row<"bed_of_nails"> = (node, [x = ""]) =>
  byFactor("bedOfNails", x, node.attributes.factor);

export const pixelShuffle: Row<"pixel_shuffle"> = (node, [x = ""]) =>
  byFactor("pixelShuffle", x, node.attributes.factor);

export const pixelUnshuffle: Row<"pixel_unshuffle"> = (node, [x = ""]) =>
  byFactor("pixelUnshuffle", x, node.attributes.factor);

function byFactor(
  name: "bedOfNails" | "pixelShuffle" | "pixelUnshuffle",
  x: string,
  factor: PerAxis<number>,
): Expression {
  return withArguments(
    expression(`${name}(${x}, ${argumentHole("factor")})`, name),
    argument("factor", pair(factor)),
  );
}
