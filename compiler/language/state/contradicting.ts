/** Finds earlier conditions on the input size that contradict a new one. */
import type { Related } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import { formatSet } from "../../sizes/format-set.ts";
import type { SizeSet } from "../../sizes/size-function.ts";
import { intersect, isEmpty } from "../../sizes/size-set.ts";
import type { Elaboration } from "./elaboration.ts";

/** The places of the earlier conditions that contradict this one. */
export function contradicting(symbol: string, own: SizeSet, state: Elaboration): readonly Related[] {
  return state.conditions
    .filter((condition) => {
      const both = condition.symbol === symbol ? intersect(condition.accepted, own) : undefined;
      return both !== undefined && !(both instanceof Refusal) && isEmpty(both);
    })
    .slice(0, 3)
    .map(({ span, accepted }) => ({ span, message: `needs ${formatSet(accepted, { unicode: true })}` }));
}
