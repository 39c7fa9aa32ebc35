/** Every augmentation. A new one is a file beside this and a line here; what the runtime lacks then does not compile. */
import { type ConfigurationOf, definitionOf } from "../definition/definition.ts";
import type { Augmentation, Change } from "./augmentation.ts";
import { blur } from "./blur.ts";
import { brightness } from "./brightness.ts";
import { contrast } from "./contrast.ts";
import { crop } from "./crop.ts";
import { cutout } from "./cutout.ts";
import { elastic } from "./elastic.ts";
import { flip } from "./flip.ts";
import { flipVertical } from "./flip-vertical.ts";
import { gamma } from "./gamma.ts";
import { hue } from "./hue.ts";
import { jpeg } from "./jpeg.ts";
import { noise } from "./noise.ts";
import { perspective } from "./perspective.ts";
import { rotate } from "./rotate.ts";
import { saturation } from "./saturation.ts";
import { scale } from "./scale.ts";
import { shear } from "./shear.ts";
import { shift } from "./shift.ts";

export const augmentations = [
  flip,
  flipVertical,
  rotate,
  scale,
  shift,
  shear,
  perspective,
  elastic,
  crop,
  brightness,
  contrast,
  gamma,
  hue,
  saturation,
  blur,
  noise,
  jpeg,
  cutout,
] as const satisfies readonly Augmentation[];

/** They are applied in their order. */
export type AugmentationConfiguration = ConfigurationOf<(typeof augmentations)[number]>;
export type AugmentationName = AugmentationConfiguration["kind"];
export type AugmentationOf<N extends AugmentationName> = Extract<AugmentationConfiguration, { kind: N }>;
/** The names of those that change the places, or the values, of pixels. */
export type AugmentationsOf<C extends Change> = Extract<
  (typeof augmentations)[number],
  { readonly changes: C }
>["name"];

export function changeOf(name: AugmentationName): Change {
  return definitionOf<Augmentation>(augmentations, name).changes;
}

/** Whether any of them depends on where the classes of an image are. */
export function needsClasses(augment: readonly AugmentationConfiguration[]): boolean {
  return augment.some((one) => one.kind === "crop" && one.rare !== undefined);
}

/** [height, width] of the training images: that of the last crop; `undefined`: their own. */
export function cropOf(
  augment: readonly AugmentationConfiguration[],
): readonly [height: number, width: number] | undefined {
  return augment.findLast((one) => one.kind === "crop")?.size;
}
