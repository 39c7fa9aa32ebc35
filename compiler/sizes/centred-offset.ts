/** How many positions a centred crop removes before the first. */
import { Refusal } from "../diagnostics/problem.ts";
import { constantValue, difference } from "./meet.ts";
import type { SizeFunction, SizeSet } from "./size-function.ts";
import { atLeastSet, evenSet, intersect, restrict } from "./size-set.ts";

/**
 * Half the difference of the sizes, where that is one whole number at all sizes of `within` at which the crop exists
 * (the difference is even and not negative); otherwise `undefined`.
 */
export function centredOffset(
  map: SizeFunction,
  reference: SizeFunction,
  within: SizeSet,
): number | undefined | Refusal {
  const surplus = difference(map, reference);
  if (surplus instanceof Refusal) return surplus;
  const possible = centredSet(surplus);
  if (possible instanceof Refusal) return possible;
  const domain = intersect(possible, within);
  if (domain instanceof Refusal) return domain;
  const cut = restrict(surplus, domain);
  if (cut instanceof Refusal) return cut;
  const cells = constantValue(cut);
  return cells === undefined ? undefined : cells / 2;
}

/** The sizes at which so many surplus positions can be cropped by the same amount on both sides. */
export function centredSet(surplus: SizeFunction): SizeSet | Refusal {
  const large = atLeastSet(surplus, 0);
  if (large instanceof Refusal) return large;
  const even = evenSet(surplus);
  return even instanceof Refusal ? even : intersect(large, even);
}
