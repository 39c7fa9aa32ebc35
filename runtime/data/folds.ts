/** Cross-validation: the pairs divided into folds, each of which validates what the others train. */
import { Random } from "../random.ts";
import { UserError } from "../user-error.ts";
import type { DataSet } from "./data-set.ts";

export interface Fold {
  /** From 1. */
  readonly fold: number;
  readonly of: number;
}

/**
 * Training and validation pairs together are divided; test pairs stay aside. The pairs are drawn by seed and name, whatever their order,
 * and sizes of folds differ by one at most. In each part they keep their order.
 * @throws UserError when there are fewer pairs than folds
 */
export function foldOf(data: DataSet, { fold, of }: Fold, seed: number): DataSet {
  const pairs = [...data.training, ...data.validation];
  if (pairs.length < of)
    throw new UserError(
      `${data.source} has ${pairs.length} pairs, which cannot be divided into ${of} folds`,
      "ask for fewer folds",
    );
  const drawn = pairs
    .map((pair) => ({ pair, draw: new Random(seed, `fold ${pair.name}`).uniform() }))
    .sort((a, b) => a.draw - b.draw || (a.pair.name < b.pair.name ? -1 : 1));
  const validating = new Set(drawn.filter((_, place) => place % of === fold - 1).map(({ pair }) => pair));
  return {
    ...data,
    training: pairs.filter((pair) => !validating.has(pair)),
    validation: pairs.filter((pair) => validating.has(pair)),
  };
}
