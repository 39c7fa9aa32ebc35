/** How attributes are written in Python. */
import type { PerAxis } from "../../../axis.ts";
import type { Margins } from "../../../ops/attribute-values.ts";
import type { Argument } from "../row.ts";

/** `2` where height and width agree, else `(2, 1)`. */
export function pair([vertical, horizontal]: PerAxis<number>): string {
  return vertical === horizontal ? String(vertical) : `(${vertical}, ${horizontal})`;
}

/** `undefined` for the usual value. */
export function unlessUsual(code: string, usual: string): string | undefined {
  return code === usual ? undefined : code;
}

export function truth(value: boolean): string {
  return value ? "True" : "False";
}

/** A number as Python reads it: `1e-5` stays, and what is meant as a float has a point or an exponent. */
export function float(value: number): string {
  const text = String(Number(value.toPrecision(12)));
  return /[.e]/.test(text) ? text.replace("e-0", "e-") : `${text}.0`;
}

/** `(left, right, top, bottom)`, the order of `F.pad`. */
export function padSides([vertical, horizontal]: PerAxis<Margins>, sign = 1): string {
  const sides = [horizontal.before, horizontal.after, vertical.before, vertical.after];
  return `(${sides.map((side) => (side === 0 ? 0 : sign * side)).join(", ")})`;
}

export function isSymmetric(sides: PerAxis<Margins>): boolean {
  return sides.every(({ before, after }) => before === after);
}

export function hasMargins(sides: PerAxis<Margins>): boolean {
  return sides.some(({ before, after }) => before !== 0 || after !== 0);
}

export function count(name: string, value: number, parameter = name): Argument {
  return { name, code: String(value), type: "int", isPositional: true, parameter };
}

export function pairArgument(name: string, value: PerAxis<number>, usual?: number): Argument {
  const code = pair(value);
  const type = value[0] === value[1] ? "int" : "Tuple[int, int]";
  return usual === undefined
    ? { name, code, type, isPositional: true }
    : { name, code, type, usual: String(usual) };
}

export function truthArgument(name: string, value: boolean, usual: boolean): Argument {
  return { name, code: truth(value), type: "bool", usual: truth(usual) };
}

export function floatArgument(name: string, value: number, usual: number): Argument {
  return { name, code: float(value), type: "float", usual: float(usual) };
}
