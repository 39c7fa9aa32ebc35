/** Pairs listed in a file. */
import { basename, resolve } from "node:path";
import { readPairList } from "../pair-list.ts";
import { splitPairs } from "../split.ts";
import type { OpenFormat } from "./format.ts";

export const openList: OpenFormat<"list"> = async (
  { path, validation },
  { masks, baseDirectory, override },
) => {
  const locate = (file: string) =>
    override === undefined ? resolve(baseDirectory, file) : resolve(override, basename(file));
  const source = locate(path);
  const pairs = await readPairList(source);
  const split =
    validation.kind === "share"
      ? splitPairs(pairs, validation)
      : { training: pairs, validation: await readPairList(locate(validation.path)) };
  return { source, masks, ...split };
};
