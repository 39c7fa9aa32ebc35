/** Joining, cutting and padding by their definitions. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { Margins } from "../../../compiler/ops/operation.ts";
import { type Maps, maps, valueAt } from "./map.ts";

export function concat(inputs: readonly Maps[]): Maps {
  const [first] = inputs;
  if (first === undefined) throw new Error("nothing to join");
  const owners = inputs.flatMap((map) =>
    Array.from({ length: map.channels }, (_, channel) => ({ map, channel })),
  );
  return maps(first.batch, owners.length, first.height, first.width, (b, c, y, x) => {
    const owner = owners[c];
    return owner === undefined ? Number.NaN : valueAt(owner.map, [b, owner.channel, y, x]);
  });
}

/** Cell by cell; a map of one cell, or of one channel, meets every cell or channel. */
export function combine(inputs: readonly Maps[], join: (a: number, b: number) => number): Maps {
  return inputs.reduce((left, right) => {
    const largest = (key: "batch" | "channels" | "height" | "width"): number =>
      Math.max(left[key], right[key]);
    const at = (map: Maps, b: number, c: number, y: number, x: number): number =>
      valueAt(map, [
        map.batch === 1 ? 0 : b,
        map.channels === 1 ? 0 : c,
        map.height === 1 ? 0 : y,
        map.width === 1 ? 0 : x,
      ]);
    return maps(largest("batch"), largest("channels"), largest("height"), largest("width"), (b, c, y, x) =>
      join(at(left, b, c, y, x), at(right, b, c, y, x)),
    );
  });
}

export function window(input: Maps, start: PerAxis<number>, size: PerAxis<number>): Maps {
  return maps(input.batch, input.channels, size[0], size[1], (b, c, y, x) =>
    valueAt(input, [b, c, y + start[0], x + start[1]]),
  );
}

/** `value`: of the positions that zeros would fill. */
export function pad(
  input: Maps,
  margins: PerAxis<Margins>,
  mode: "zeros" | "reflect" | "edge",
  value = 0,
): Maps {
  const height = margins[0].before + input.height + margins[0].after;
  const width = margins[1].before + input.width + margins[1].after;
  const inside = (index: number, cells: number): number => {
    if (mode === "edge") return Math.min(Math.max(index, 0), cells - 1);
    if (mode === "zeros" || cells === 1) return mode === "zeros" ? index : 0;
    let at = index;
    while (at < 0 || at >= cells) at = at < 0 ? -at : 2 * (cells - 1) - at;
    return at;
  };
  return maps(input.batch, input.channels, height, width, (b, c, y, x) =>
    valueAt(
      input,
      [b, c, inside(y - margins[0].before, input.height), inside(x - margins[1].before, input.width)],
      value,
    ),
  );
}
