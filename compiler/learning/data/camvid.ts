/** CamVid as SegNet has it: folders of images and of class indices, in which 11 is void. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import { type SetsSettings, setParameters, setsOf } from "./split-share.ts";

export interface CamvidSettings extends SetsSettings {
  readonly path: string;
}

export const camvid = dataFormat(
  defineAs({
    name: "camvid",
    summary:
      "CamVid with eleven classes: the folders train and trainannot, val and valannot, test and testannot; 11 is ignored.",
    source: "Brostow, Fauqueur & Cipolla 2009; Badrinarayanan, Kendall & Cipolla 2017 (SegNet), section 4.1",
    parameters: { path: requiredText("data/camvid", "The folder."), ...setParameters },
    configure: ({ path, ...sets }): CamvidSettings | Refusal => {
      const split = setsOf(sets);
      return split instanceof Refusal ? split : { path, ...split };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: false,
    separates: (settings, part) => settings[part]?.kind === "set",
    usualMasks: () => ({ values: undefined, ignore: [11] }),
  },
);
