/** COCO: a file of annotations that gives the images, their objects as polygons or run lengths, and their categories. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { optionalText, required, requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import {
  checkShares,
  type SplitShare,
  shareOf,
  test,
  testSeed,
  testShareOf,
  validate,
  validateSeed,
} from "./split-share.ts";

/** A file of annotations and the folder of its images. */
export interface CocoFiles {
  readonly kind: "files";
  readonly annotations: string;
  readonly images: string;
}

export interface CocoSettings {
  readonly path: string;
  readonly annotations: string;
  readonly images: string;
  readonly validation: SplitShare | CocoFiles;
  /** `undefined`: no pair is set aside for the test. */
  readonly test?: SplitShare | CocoFiles | undefined;
}

export const coco = dataFormat(
  defineAs({
    name: "coco",
    summary:
      "COCO annotations (polygons and run lengths): a pixel has the category of its object, where objects overlap that of the smaller one. A class is the category of the same name; a first class that is no category is the background.",
    source: "Lin et al. 2014, Microsoft COCO; its data format",
    parameters: {
      path: requiredText("data/coco", "The folder."),
      annotations: required(
        optionalText("annotations/instances_train2017.json", "The file of annotations.", ""),
      ),
      images: required(optionalText("train2017", "The folder of its images.", "")),
      validate,
      validateSeed,
      validateAnnotations: optionalText(
        "annotations/instances_val2017.json",
        "The file of the validation images.",
        "a fraction",
      ),
      validateImages: optionalText("val2017", "The folder of the validation images.", "as `images`"),
      test,
      testSeed,
      testAnnotations: optionalText(
        "annotations/instances_test.json",
        "The file of the test images.",
        "a fraction",
      ),
      testImages: optionalText("test", "The folder of the test images.", "as `images`"),
    },
    configure: (given): CocoSettings | Refusal => {
      const { path, annotations, images } = given;
      const validation = partOf("validate", given.validateAnnotations, given.validateImages, images, {
        validate: given.validate,
        validate_seed: given.validateSeed,
      });
      if (validation instanceof Refusal) return validation;
      const held = partOf("test", given.testAnnotations, given.testImages, images, {
        test: given.test,
        test_seed: given.testSeed,
      });
      if (held instanceof Refusal) return held;
      const split = {
        validation: validation ?? shareOf(given.validate, given.validateSeed),
        test: held ?? testShareOf(given.test, given.testSeed),
      };
      return checkShares(split.validation, split.test) ?? { path, annotations, images, ...split };
    },
  }),
  {
    lacksLabels: () => undefined,
    showsObjects: () => true,
    hasOwnFiles: false,
    separates: (settings, part) => settings[part]?.kind === "files",
  },
);

/** @param needless what may not be given beside a file of annotations, by its name */
function partOf(
  part: string,
  annotations: string | undefined,
  images: string | undefined,
  usual: string,
  needless: Readonly<Record<string, number | undefined>>,
): CocoFiles | Refusal | undefined {
  if (annotations === undefined && images === undefined) return undefined;
  if (annotations === undefined) {
    const summary = "the file of annotations of these images";
    return refuse("names/argument-needed", { owner: "coco", parameter: `${part}_annotations`, summary });
  }
  const given = Object.keys(needless).find((name) => needless[name] !== undefined);
  if (given === undefined) return { kind: "files", annotations, images: images ?? usual };
  const wanted = `removed where ${part}_annotations is given`;
  return refuse("training/wrong-value", { what: given, wanted, found: "a number" }, given);
}
