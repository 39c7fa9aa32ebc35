/** The accepted sizes next to a given one. */
import type { SizeSet } from "../sizes/size-function.ts";
import { contains } from "../sizes/size-set.ts";

export interface NearestAccepted {
  /** The largest accepted size below `size`, and the smallest above it; `undefined` where there is none. */
  readonly below: number | undefined;
  readonly above: number | undefined;
}

export function isAccepted(set: SizeSet, size: number): boolean {
  return Number.isSafeInteger(size) && size >= 1 && contains(set, size);
}

export function nearestAccepted(set: SizeSet, size: number): NearestAccepted {
  const { prefix, cycle } = set;
  const under = Math.ceil(size) - 1;
  const over = Math.max(0, Math.floor(size) + 1);
  // One cycle shows every residue; the sizes below it in the prefix are all checked.
  return {
    below:
      firstAccepted(set, under, -1, cycle.length) ??
      firstAccepted(set, Math.min(under, prefix.length - 1), -1, prefix.length),
    above: firstAccepted(set, over, 1, Math.max(0, prefix.length - over) + cycle.length),
  };
}

function firstAccepted(set: SizeSet, from: number, step: 1 | -1, count: number): number | undefined {
  for (let turn = 0; turn < count; turn += 1) {
    const size = from + turn * step;
    if (isAccepted(set, size)) return size;
  }
  return undefined;
}
