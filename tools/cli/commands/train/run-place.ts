/** The folders in which runs are written. */
import { join } from "node:path";
import type { Fold } from "../../../../runtime/data/folds.ts";

/** The folder of a network's run unless --out gives another. */
export function usualFolder(network: string): string {
  return join("out", network);
}

/** Within the folder of all folds. */
export function foldFolder(out: string, fold: Fold | undefined): string {
  return fold === undefined ? out : join(out, `fold-${fold.fold}`);
}
