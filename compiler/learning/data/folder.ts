/** Images and labels below a folder, by patterns. */
import { type Refusal, refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { flag, optionalNumber, optionalText, required, requiredText } from "../definition/parameters.ts";
import { dataFormat } from "./format.ts";
import { shareOf, shareType, type ValidationShare, validateSeed } from "./validation-share.ts";

export interface FolderSettings {
  readonly path: string;
  readonly images: string;
  /** `undefined`: no output learns labels. */
  readonly labels: string | undefined;
  /** `labels` matches a file for each object of an image, not one label image. */
  readonly objects: boolean;
  readonly validation:
    | ValidationShare
    | { readonly kind: "globs"; readonly images: string; readonly labels: string | undefined };
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
      validate: optionalNumber(shareType, "Fraction of the pairs that is used for validation.", "20%"),
      validateSeed,
      validateImages: optionalText(
        "images/val/*.png",
        "The pattern of separate validation images.",
        "a fraction",
      ),
      validateLabels: optionalText("labels/val/*.png", "The pattern of their label images.", "a fraction"),
    },
    configure: (settings): FolderSettings | Refusal => {
      const { path, images, labels, objects, validate, validateSeed: seed } = settings;
      const common = { path, images, labels, objects };
      const { validateImages, validateLabels } = settings;
      if (validateImages === undefined && validateLabels === undefined)
        return { ...common, validation: shareOf(validate, seed) };
      const needless = validate !== undefined ? "validate" : seed !== undefined ? "validate_seed" : undefined;
      if (needless !== undefined) {
        const wanted = "removed where validate_images and validate_labels are given";
        return refuse("training/wrong-value", { what: needless, wanted, found: "a number" }, needless);
      }
      if (validateImages === undefined) {
        return refuse("names/argument-needed", {
          owner: "folder",
          parameter: "validate_images",
          summary: "the pattern of the validation images",
        });
      }
      const validation = { kind: "globs", images: validateImages, labels: validateLabels } as const;
      return { ...common, validation };
    },
  }),
  {
    lacksLabels: ({ labels, validation }) => {
      if (labels === undefined) return { parameter: "labels", summary: "the pattern of the label images" };
      return validation.kind === "globs" && validation.labels === undefined
        ? { parameter: "validate_labels", summary: "the pattern of their label images" }
        : undefined;
    },
    showsObjects: ({ objects }) => objects,
    hasOwnFiles: true,
    separatesValidation: ({ validation }) => validation.kind === "globs",
  },
);
