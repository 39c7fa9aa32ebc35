/** The distance of two joined feature maps as plain data. */
import { type Exact, exact } from "../../geometry/exact.ts";
import type { Apart } from "./join-offsets.ts";

/** As `Apart`, its fractions as in JSON: 2, "1/2". */
export type ExactApart =
  | { readonly kind: "none" }
  | { readonly kind: "constant"; readonly pixels: Exact; readonly cells: Exact }
  | { readonly kind: "varying"; readonly from: Exact; readonly to: Exact }
  | { readonly kind: "unknown"; readonly reason: string };

export function exactApart(apart: Apart): ExactApart {
  switch (apart.kind) {
    case "constant":
      return { kind: "constant", pixels: exact(apart.pixels), cells: exact(apart.cells) };
    case "varying":
      return { kind: "varying", from: exact(apart.from), to: exact(apart.to) };
    default:
      return apart;
  }
}
