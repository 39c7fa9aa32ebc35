/** How attributes are written in TypeScript. */
import type { PerAxis } from "../../../axis.ts";
import type { Margins } from "../../../ops/attribute-values.ts";
import { type Argument, argument } from "../row.ts";

/** `2` where height and width agree, else `[2, 1]`. */
export function pair([vertical, horizontal]: PerAxis<number>): string {
  return vertical === horizontal ? String(vertical) : `[${vertical}, ${horizontal}]`;
}

/** A stride or dilation, usually 1. */
export function steps(name: string, value: PerAxis<number>): Argument {
  return argument(name, pair(value), 1);
}

/** `1` where all four sides agree, else `[[top, bottom], [left, right]]`; usually none. */
export function margins(name: string, [vertical, horizontal]: PerAxis<Margins>): Argument {
  const sides = [vertical.before, vertical.after, horizontal.before, horizontal.after];
  const [first] = sides;
  const same = sides.every((side) => side === first);
  return argument(name, same ? String(first) : sidesOf([vertical, horizontal]), 0);
}

/** `[[top, bottom], [left, right]]` */
export function sidesOf([vertical, horizontal]: PerAxis<Margins>): string {
  return `[[${vertical.before}, ${vertical.after}], [${horizontal.before}, ${horizontal.after}]]`;
}

export function hasMargins(sides: PerAxis<Margins>): boolean {
  return sides.some(({ before, after }) => before !== 0 || after !== 0);
}
