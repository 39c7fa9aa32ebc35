/** Cross-validation: the pairs divided into folds, each of which validates what the others train. */
import { Random } from "../random.ts";
import { UserError } from "../user-error.ts";
import type { DataSet } from "./data-set.ts";
import { groupsOf } from "./split.ts";

export interface Fold {
  /** From 1. */
  readonly fold: number;
  readonly of: number;
}

/**
 * Training and validation pairs together are divided; test pairs stay aside. The pairs are drawn by seed and name, whatever their order,
 * and sizes of folds differ by one at most; the slices of a volume stay in one fold. In each part they keep their order.
 * @throws UserError when there are fewer pairs, or volumes, than folds
 */
export function foldOf(data: DataSet, { fold, of }: Fold, seed: number): DataSet {
  const pairs = [...data.training, ...data.validation];
  const groups = groupsOf(pairs);
  const what = groups.length === pairs.length ? "pairs" : "volumes";
  if (groups.length < of)
    throw new UserError(
      `${data.source} has ${groups.length} ${what}, which cannot be divided into ${of} folds`,
      "ask for fewer folds",
    );
  const drawn = groups
    .map(({ name, members }) => ({ name, members, draw: new Random(seed, `fold ${name}`).uniform() }))
    .sort((a, b) => a.draw - b.draw || (a.name < b.name ? -1 : 1));
  const chosen = drawn.filter((_, place) => place % of === fold - 1);
  const validating = new Set(chosen.flatMap(({ members }) => members));
  return {
    ...data,
    training: pairs.filter((pair) => !validating.has(pair)),
    validation: pairs.filter((pair) => validating.has(pair)),
  };
}
