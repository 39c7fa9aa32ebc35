/** What `padding = same | valid | n` means for a window. */
import { type PerAxis, perAxis } from "../axis.ts";
import type { Margins } from "./operation.ts";
import { argumentOf } from "./parameters.ts";
import type { Call } from "./word.ts";

export const noMargins: Margins = { before: 0, after: 0 };

/** ⌊(k′ − 1)/2⌋ before and ⌈(k′ − 1)/2⌉ after, k′ = (kernel − 1)·dilation + 1, whatever the size and stride. */
export function samePadding(kernel: number, dilation: number): Margins {
  const around = (kernel - 1) * dilation;
  return { before: Math.floor(around / 2), after: Math.ceil(around / 2) };
}

/** Positions from the first to the last of a dilated window: k′ = (kernel − 1)·dilation + 1. */
export function reachOf(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** The padding of a call; `same(axis)` is what `same` stands for. */
export function paddingOf(
  call: Call,
  otherwise: "same" | "valid",
  same: (axis: 0 | 1) => Margins,
): PerAxis<Margins> {
  const cells = argumentOf(call, "padding", "extent");
  if (cells !== undefined) return perAxis((axis) => ({ before: cells[axis], after: cells[axis] }));
  const rule = argumentOf(call, "padding", "choice") ?? otherwise;
  return perAxis((axis) => (rule === "same" ? same(axis) : noMargins));
}
