/** CamVid as SegNet has it: a folder of images and one of labels for each set. */
import { join, resolve } from "node:path";
import { imagePattern } from "../layouts.ts";
import { pairFiles } from "../pair-files.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";
import { splitSets } from "./sets.ts";

export const openCamvid: OpenFormat<"camvid"> = async (
  configuration,
  { masks, baseDirectory, override, wantsLabels },
) => {
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const pairsOf = (set: string) =>
    pairFiles(
      directory,
      join(set, imagePattern),
      wantsLabels ? join(`${set}annot`, imagePattern) : undefined,
    );
  const split = await splitSets(await pairsOf("train"), configuration, pairsOf);
  return { source: directory, masks, ...split };
};
