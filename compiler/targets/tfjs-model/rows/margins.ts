/** Cropping and padding. */
import type { Margins } from "../../../ops/operation.ts";
import { constantMargins } from "../../constant-margins.ts";
import { int, text } from "../attribute.ts";
import { type Integers, type Row, type RowContext, someMargins } from "../row.ts";

export const crop: Row<"crop"> = (node, [map = ""], row) => row.cut(map, node.attributes.margins);

/** Where the crop is the same for every accepted size it is written as numbers; else it is computed from the shapes. */
export const cropTo: Row<"crop_to"> = (node, [map = ""], row) => {
  const margins = constantMargins(node, row.around.graph);
  if (margins !== undefined) return row.cut(map, margins);
  const { offset } = node.attributes;
  const along = (axis: 0 | 1): Integers => {
    const known = offset[axis];
    if (known !== undefined) return [known];
    const surplus = row.calculate("subtract", row.extentAlong(0, axis), row.extentAlong(1, axis));
    return row.calculate("divide", surplus, [2]);
  };
  return row.window(map, row.joined(along(0), along(1)), row.extent(1));
};

export const pad: Row<"pad"> = (node, [map = ""], row) => {
  const { margins, mode, value } = node.attributes;
  if (!someMargins(margins)) return map;
  if (mode === "zeros" || mode === "constant") return row.padded(map, margins, value);
  if (mode === "reflect") {
    return row.step("MirrorPad", [map, row.paddings(margins)], { mode: text("REFLECT") });
  }
  return edged(edged(map, 0, margins[0], row), 1, margins[1], row);
};

/** The first and the last row or column repeated. */
function edged(map: string, axis: 0 | 1, { before, after }: Margins, row: RowContext): string {
  const repeated = (position: 0 | -1, count: number): readonly string[] =>
    count === 0 ? [] : new Array<string>(count).fill(oneOf(map, axis, position, row));
  const parts = [...repeated(0, before), map, ...repeated(-1, after)];
  return parts.length === 1 ? map : row.concatenated(parts, 1 + axis);
}

/** The first or the last row or column. */
function oneOf(map: string, axis: 0 | 1, position: 0 | -1, row: RowContext): string {
  const { builder } = row;
  const along = (value: number) => [0, axis === 0 ? value : 0, axis === 1 ? value : 0, 0];
  const bounds = [along(position), along(position + 1), [1, 1, 1, 1]].map((each) => builder.integers(each));
  const others = 0b1111 & ~(1 << (1 + axis));
  const masks = { begin_mask: int(others), end_mask: int(position === 0 ? others : 0b1111) };
  return row.step("StridedSlice", [map, ...bounds], masks);
}
