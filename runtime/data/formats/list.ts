/** Pairs listed in a file. */
import { basename, resolve } from "node:path";
import { readPairList } from "../pair-list.ts";
import { shareIn, splitPairs } from "../split.ts";
import type { OpenFormat } from "./format.ts";

export const openList: OpenFormat<"list"> = async (
  { path, validation, test },
  { masks, baseDirectory, override },
) => {
  const locate = (file: string) =>
    override === undefined ? resolve(baseDirectory, file) : resolve(override, basename(file));
  const source = locate(path);
  const pairs = await readPairList(source);
  const split = splitPairs(pairs, shareIn(validation), shareIn(test));
  return {
    source,
    masks,
    ...split,
    ...(validation.kind === "list" && { validation: await readPairList(locate(validation.path)) }),
    ...(test?.kind === "list" && { test: await readPairList(locate(test.path)) }),
  };
};
