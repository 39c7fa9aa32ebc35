/** Cropping and padding. */

import type { PerAxis } from "../../../axis.ts";
import { text } from "../../../onnx/attribute.ts";
import type { Margins } from "../../../ops/operation.ts";
import { constantMargins } from "../../constant-margins.ts";
import { type Row, type RowContext, toTheEnd } from "../row.ts";

export const crop: Row<"crop"> = (node, inputs, row) => cutMargins(node.attributes.margins, inputs, row);

/** Where the crop is the same for every accepted size it is written as numbers; else it is computed from the shapes. */
export const cropTo: Row<"crop_to"> = (node, inputs, row) => {
  const margins = constantMargins(node, row.around.graph);
  const [cut = ""] = inputs;
  if (margins !== undefined) return cutMargins(margins, [cut], row);
  const target = row.extent(1);
  const { offset } = node.attributes;
  const centred = () => row.calculate("divide", row.calculate("subtract", row.extent(0), target), [2]);
  const [y, x] = offset;
  const starts = y === undefined || x === undefined ? startsOf(offset, centred(), row) : [y, x];
  const ends = row.calculate("add", starts, target);
  return row.main("Slice", row.sliceInputs(cut, starts, ends));
};

function startsOf(
  offset: PerAxis<number | undefined>,
  centred: ReturnType<RowContext["calculate"]>,
  row: RowContext,
) {
  if (offset[0] === undefined && offset[1] === undefined) return centred;
  // One axis is cropped by a number, the other by half the difference.
  const known = offset.map((cells) => cells ?? 0);
  const unknown = offset.map((cells) => (cells === undefined ? 1 : 0));
  return row.calculate("add", known, row.calculate("multiply", centred, unknown));
}

function cutMargins(margins: PerAxis<Margins>, inputs: readonly string[], row: RowContext): string {
  const [map = ""] = inputs;
  if (margins.every(({ before, after }) => before === 0 && after === 0)) return map;
  const starts = margins.map(({ before }) => before);
  const ends = margins.map(({ after }) => (after === 0 ? toTheEnd : -after));
  return row.main("Slice", row.sliceInputs(map, starts, ends));
}

const modes = { zeros: "constant", constant: "constant", reflect: "reflect", edge: "edge" } as const;

export const pad: Row<"pad"> = (node, [map = ""], row) => {
  const { margins, mode, value } = node.attributes;
  const filling = value === 0 ? [] : [row.model.number(value)];
  return row.main("Pad", [map, row.model.integers(padInput(margins)), ...filling], {
    mode: text(modes[mode]),
  });
};

/** What Pad takes: of all four dimensions, first before and then after. */
export function padInput([y, x]: PerAxis<Margins>): readonly number[] {
  return [0, 0, y.before, x.before, 0, 0, y.after, x.after];
}
