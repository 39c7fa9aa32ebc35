/** Images and labels below a folder, by patterns. */
import { Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { flag, optionalCount, optionalText, required, requiredText } from "../definition/parameters.ts";
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

/** Files of their own. */
export interface SplitGlobs {
  readonly kind: "globs";
  readonly images: string;
  readonly labels: string | undefined;
}

export interface FolderSettings {
  readonly path: string;
  readonly images: string;
  /** `undefined`: no output learns labels. */
  readonly labels: string | undefined;
  /** `labels` matches a file for each object of an image, not one label image. */
  readonly objects: boolean;
  /** Label images number the objects of their image. */
  readonly instances?: true | undefined;
  /** Pixels of an object so near to its edge have a value of their own. */
  readonly border?: number | undefined;
  /** Each file is a stack of images: pages, slices, the first axis of an array. */
  readonly slices?: true | undefined;
  readonly validation: SplitShare | SplitGlobs;
  /** `undefined`: no pair is set aside for the test. */
  readonly test?: SplitShare | SplitGlobs | undefined;
}

export const folder = dataFormat(
  defineAs({
    name: "folder",
    summary: "Images below a folder, paired with their labels by the text at the stars of both patterns.",
    parameters: {
      path: requiredText("data/membrane", "The folder."),
      images: required(optionalText("images/*.png", "The pattern of the image files.", "")),
      labels: optionalText("labels/*.png", "The pattern of the label images.", "no labels"),
      objects: flag("`labels` matches one file per object of an image."),
      instances: flag(
        "Label images number the objects of an image: 0 is none, every other value is one object.",
      ),
      border: optionalCount(
        { kind: "count", least: 1, most: 32 },
        "With `objects` or `instances`: pixels of an object within so many pixels of its edge have the value 3.",
        "none",
      ),
      slices: flag(
        "Each file holds many images: the pages of a TIFF file, the first axis of an NPY array, the slices of a NIfTI volume along its third axis.",
      ),
      validate,
      validateSeed,
      validateImages: optionalText(
        "images/val/*.png",
        "The pattern of separate validation images.",
        "a fraction",
      ),
      validateLabels: optionalText("labels/val/*.png", "The pattern of their label images.", "a fraction"),
      test,
      testSeed,
      testImages: optionalText("images/test/*.png", "The pattern of separate test images.", "a fraction"),
      testLabels: optionalText("labels/test/*.png", "The pattern of their label images.", "a fraction"),
    },
    configure: (settings): FolderSettings | Refusal => {
      const { path, images, labels, objects, instances, border } = settings;
      const { slices, validateImages, validateLabels } = settings;
      if (instances && objects) {
        const wanted = "removed where objects is given: each object has a file of its own";
        return refuse("training/wrong-value", { what: "instances", wanted, found: "true" }, "instances");
      }
      if (border !== undefined && !instances && !objects) {
        const wanted = "given with objects or instances, which tell the objects of an image apart";
        return refuse("training/wrong-value", { what: "border", wanted, found: "a number" }, "border");
      }
      if (slices && objects) {
        const wanted = "removed where objects is given: each object has a file of its own";
        return refuse("training/wrong-value", { what: "slices", wanted, found: "true" }, "slices");
      }
      const own = globsOf("validate", validateImages, validateLabels, {
        validate: settings.validate,
        validate_seed: settings.validateSeed,
      });
      if (own instanceof Refusal) return own;
      const held = globsOf("test", settings.testImages, settings.testLabels, {
        test: settings.test,
        test_seed: settings.testSeed,
      });
      if (held instanceof Refusal) return held;
      const split = {
        validation: own ?? shareOf(settings.validate, settings.validateSeed),
        test: held ?? testShareOf(settings.test, settings.testSeed),
      };
      const common = {
        path,
        images,
        labels,
        objects,
        ...(instances && { instances: true as const }),
        ...(border !== undefined && { border }),
        ...(slices && { slices: true as const }),
      };
      return checkShares(split.validation, split.test) ?? { ...common, ...split };
    },
  }),
  {
    lacksLabels: ({ labels, validation, test }) => {
      const summary = "the pattern of their label images";
      if (labels === undefined) return { parameter: "labels", summary: "the pattern of the label images" };
      if (validation.kind === "globs" && validation.labels === undefined)
        return { parameter: "validate_labels", summary };
      return test?.kind === "globs" && test.labels === undefined
        ? { parameter: "test_labels", summary }
        : undefined;
    },
    showsObjects: ({ objects, instances = false }) => objects || instances,
    hasOwnFiles: true,
    separates: (settings, part) => settings[part]?.kind === "globs",
  },
);

/** The files of a part; `undefined`: a share. @param needless what may not be given beside files, by its name */
function globsOf(
  part: string,
  images: string | undefined,
  labels: string | undefined,
  needless: Readonly<Record<string, number | undefined>>,
): SplitGlobs | Refusal | undefined {
  if (images === undefined && labels === undefined) return undefined;
  const given = Object.keys(needless).find((name) => needless[name] !== undefined);
  if (given !== undefined) {
    const wanted = `removed where ${part}_images and ${part}_labels are given`;
    return refuse("training/wrong-value", { what: given, wanted, found: "a number" }, given);
  }
  if (images === undefined) {
    const summary = `the pattern of the ${part === "test" ? "test" : "validation"} images`;
    return refuse("names/argument-needed", { owner: "folder", parameter: `${part}_images`, summary });
  }
  return { kind: "globs", images, labels };
}
