/** What the programs take of the augmentations of a train section. */
import type { AugmentationConfiguration } from "../../../learning/augmentations/registry.ts";

/** Of an augmentation without one: 1. */
export function probabilityOf(augmentation: AugmentationConfiguration): number {
  return "probability" in augmentation && typeof augmentation.probability === "number"
    ? augmentation.probability
    : 1;
}

/** The height and width of the program's crops: as large as images allow without one. */
export function cropCode(augment: readonly AugmentationConfiguration[]): string {
  const crop = augment.find((one) => one.kind === "crop");
  return crop === undefined ? "[Infinity, Infinity]" : `[${crop.size.join(", ")}]`;
}

/** How often an image is mirrored. */
export function mirrorProbability(augment: readonly AugmentationConfiguration[]): number {
  const flip = augment.find((one) => one.kind === "flip");
  return flip === undefined ? 0 : probabilityOf(flip);
}
