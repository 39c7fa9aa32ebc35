/** Pascal VOC: photographs, and palette images of classes in which borders have the index 255. */
import { Refusal } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { optionalText, requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import { type SetsSettings, setParameters, setsOf } from "./split-share.ts";

export interface VocSettings extends SetsSettings {
  readonly path: string;
  /** The set trained on. */
  readonly train: string;
  /** The folder of the label images. */
  readonly labels: string;
}

export const voc = dataFormat(
  defineAs({
    name: "voc",
    summary:
      "Pascal VOC: the images of a set, with their class segmentations; the border index 255 is ignored.",
    source:
      "Everingham et al. 2010, The Pascal Visual Object Classes Challenge; the development kit, section 3",
    parameters: {
      path: requiredText("VOCdevkit/VOC2012", "The folder with JPEGImages, SegmentationClass and ImageSets."),
      train: optionalText(
        "trainaug",
        "The set that is trained on, a list in ImageSets/Segmentation.",
        '"train"',
      ),
      labels: optionalText("SegmentationClassAug", "The folder of the label images.", '"SegmentationClass"'),
      ...setParameters,
    },
    configure: ({ path, train = "train", labels = "SegmentationClass", ...sets }): VocSettings | Refusal => {
      const split = setsOf(sets);
      return split instanceof Refusal ? split : { path, train, labels, ...split };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => false,
    hasOwnFiles: false,
    separates: (settings, part) => settings[part]?.kind === "set",
    usualMasks: () => ({ values: undefined, ignore: [255] }),
  },
);
