/** Data that comes in named sets, of which parts are taken or drawn. */
import type { SetsSettings } from "../../../compiler/learning/data/split-share.ts";
import type { Pair } from "../pair.ts";
import { shareIn, splitPairs } from "../split.ts";

/** @param pairsOf those of a set */
export async function splitSets(
  training: readonly Pair[],
  { validation, test }: SetsSettings,
  pairsOf: (set: string) => Promise<readonly Pair[]>,
) {
  return {
    ...splitPairs(training, shareIn(validation), shareIn(test)),
    ...(validation.kind !== "share" && { validation: await pairsOf(validation.path) }),
    ...(test !== undefined && test.kind !== "share" && { test: await pairsOf(test.path) }),
  };
}
