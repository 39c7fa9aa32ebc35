/** How attributes are written in TypeScript; what a helper assumes anyway is left out. */
import type { PerAxis } from "../../../axis.ts";
import type { Margins } from "../../../ops/attribute-values.ts";

/** `2` where height and width agree, else `[2, 1]`; `undefined` for the usual value. */
export function pair([vertical, horizontal]: PerAxis<number>, usual?: number): string | undefined {
  if (vertical === horizontal) return vertical === usual ? undefined : String(vertical);
  return `[${vertical}, ${horizontal}]`;
}

/** `1` where all four sides agree, else `[[top, bottom], [left, right]]`; `undefined` for none. */
export function margins([vertical, horizontal]: PerAxis<Margins>): string | undefined {
  const sides = [vertical.before, vertical.after, horizontal.before, horizontal.after];
  const [first] = sides;
  if (sides.every((side) => side === first)) return first === 0 ? undefined : String(first);
  return sidesOf([vertical, horizontal]);
}

/** `[[top, bottom], [left, right]]` */
export function sidesOf([vertical, horizontal]: PerAxis<Margins>): string {
  return `[[${vertical.before}, ${vertical.after}], [${horizontal.before}, ${horizontal.after}]]`;
}

export function hasMargins(sides: PerAxis<Margins>): boolean {
  return sides.some(({ before, after }) => before !== 0 || after !== 0);
}

/** `undefined` for the usual value. */
export function unlessUsual<T extends number | boolean>(value: T, usual: T): string | undefined {
  return value === usual ? undefined : String(value);
}
