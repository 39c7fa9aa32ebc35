/** Cityscapes: street scenes below a folder for each city, with label identifiers of 34 kinds. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { choice, requiredText } from "../definition/parameters.ts";
import type { MaskConfiguration } from "../masks.ts";
import { dataFormat } from "./format.ts";
import { type SetsSettings, setParameters, setsOf } from "./split-share.ts";

export interface CityscapesSettings extends SetsSettings {
  readonly path: string;
  readonly annotation: "fine" | "coarse";
}

/** Identifiers of the 19 classes of the benchmark, in the order of their train identifiers; and of the seven categories. */
const classes = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33].map((id) => [id]);
const categories = [
  [7, 8, 9, 10],
  [11, 12, 13, 14, 15, 16],
  [17, 18, 19, 20],
  [21, 22],
  [23],
  [24, 25],
  [26, 27, 28, 29, 30, 31, 32, 33],
];
const identifiers = Array.from({ length: 34 }, (_, id) => id);

export const cityscapes = dataFormat(
  defineAs({
    name: "cityscapes",
    summary:
      "Cityscapes: leftImg8bit and gtFine below a folder. A network of 19 classes learns those of the benchmark, one of 7 the categories, in their order; other pixels are ignored.",
    source: "Cordts et al. 2016, The Cityscapes Dataset, table 1; its scripts, labels.py",
    parameters: {
      path: requiredText("data/cityscapes", "The folder with leftImg8bit and gtFine or gtCoarse."),
      annotation: choice(["fine", "coarse"], "The labels of gtFine or of gtCoarse.", "fine"),
      ...setParameters,
    },
    configure: ({ path, annotation, ...sets }): CityscapesSettings | Refusal => {
      const split = setsOf(sets);
      return split instanceof Refusal ? split : { path, annotation, ...split };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: false,
    separates: (settings, part) => settings[part]?.kind === "set",
    usualMasks: (_, names) =>
      masksOf(
        names,
        [classes, categories].find(({ length }) => length === names.length),
      ),
  },
);

function masksOf(names: readonly string[], meant: readonly (readonly number[])[] | undefined) {
  if (meant === undefined) return { values: undefined, ignore: [] };
  const values: MaskConfiguration["values"] = meant.flatMap((ids, i) =>
    ids.map((value) => ({ className: names[i] ?? "", value })),
  );
  const known = new Set(meant.flat());
  return { values, ignore: identifiers.filter((id) => !known.has(id)) };
}
