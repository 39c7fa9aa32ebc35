/** Exact fractions in words. */
import type { Exact } from "../../compiler/geometry/exact.ts";

export function isNegative(value: Exact): boolean {
  return `${value}`.startsWith("-");
}

/** Without its sign: "1/2". */
export function magnitude(value: Exact): string {
  return `${value}`.replace(/^-/, "");
}

/** "1/2 pixel", "1 pixel", "3/2 pixels"; without the sign. */
export function counted(value: Exact, unit: string): string {
  const text = magnitude(value);
  const [over = 0, under = 1] = text.split("/").map(Number);
  return `${text} ${unit}${over <= under ? "" : "s"}`;
}
