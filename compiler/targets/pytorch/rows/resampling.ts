/** Resampling by a factor or to a given size, bed of nails, and pixel shuffle. */
import type { PerAxis } from "../../../axis.ts";
import { expression, type Row } from "../row.ts";
import { float, pair, truth } from "./notation.ts";

/** PyTorch finds the nearest position in float32, which is exact for powers of two. */
function isExact(factor: PerAxis<number>): boolean {
  return factor.every((one) => Number.isInteger(Math.log2(one)));
}

function scale([vertical, horizontal]: PerAxis<number>): string {
  return vertical === horizontal ? float(vertical) : `(${float(vertical)}, ${float(horizontal)})`;
}

export const resize: Row<"resize"> = ({ attributes: { mode, factor, alignCorners } }, [x = ""]) => {
  if (mode === "bilinear") {
    const corners = `align_corners=${truth(alignCorners)}`;
    return expression(`F.interpolate(${x}, scale_factor=${scale(factor)}, mode="bilinear", ${corners})`);
  }
  if (!alignCorners && isExact(factor))
    return expression(`F.interpolate(${x}, scale_factor=${scale(factor)}, mode="nearest")`);
  const corners = alignCorners ? ", align_corners=True" : "";
  return expression(`upsample_nearest(${x}, (${factor.join(", ")})${corners})`, "upsample_nearest");
};

export const resizeTo: Row<"resize_to"> = ({ attributes: { mode, alignCorners } }, [x = "", like = ""]) => {
  if (mode === "area") return expression(`F.interpolate(${x}, size=${like}.shape[2:], mode="area")`);
  if (mode === "nearest") {
    const corners = alignCorners ? ", align_corners=True" : "";
    return expression(`resize_nearest(${x}, ${like}.shape[2:]${corners})`, "resize_nearest");
  }
  const corners = `align_corners=${truth(alignCorners)}`;
  return expression(`F.interpolate(${x}, size=${like}.shape[2:], mode="bilinear", ${corners})`);
};

export const bedOfNails: Row<"bed_of_nails"> = ({ attributes: { factor } }, [x = ""]) =>
  expression(`bed_of_nails(${x}, (${factor.join(", ")}))`, "bed_of_nails");

export const pixelShuffle: Row<"pixel_shuffle"> = ({ attributes: { factor } }, [x = ""]) =>
  factor[0] === factor[1]
    ? expression(`F.pixel_shuffle(${x}, ${factor[0]})`)
    : expression(`pixel_shuffle(${x}, ${pair(factor)})`, "pixel_shuffle");

export const pixelUnshuffle: Row<"pixel_unshuffle"> = ({ attributes: { factor } }, [x = ""]) =>
  factor[0] === factor[1]
    ? expression(`F.pixel_unshuffle(${x}, ${factor[0]})`)
    : expression(`pixel_unshuffle(${x}, ${pair(factor)})`, "pixel_unshuffle");
