/** Cityscapes: a folder for each city below that of each set. */
import { resolve } from "node:path";
import { pairFiles } from "../pair-files.ts";
import { existingFolder } from "./existing-folder.ts";
import type { OpenFormat } from "./format.ts";
import { splitSets } from "./sets.ts";

export const openCityscapes: OpenFormat<"cityscapes"> = async (
  configuration,
  { masks, baseDirectory, override, wantsLabels },
) => {
  const directory = await existingFolder(override ?? resolve(baseDirectory, configuration.path));
  const kind = configuration.annotation === "fine" ? "gtFine" : "gtCoarse";
  const pairsOf = (set: string) =>
    pairFiles(
      directory,
      `leftImg8bit/${set}/*/*_leftImg8bit.png`,
      wantsLabels ? `${kind}/${set}/*/*_${kind}_labelIds.png` : undefined,
    );
  const split = await splitSets(await pairsOf("train"), configuration, pairsOf);
  return { source: `${directory} (${kind})`, masks, ...split };
};
