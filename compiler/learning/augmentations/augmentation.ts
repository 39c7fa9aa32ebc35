/**
 * An augmentation: a random change of a training image. How pixels change is a row of the runtime's table (runtime/data/augment/),
 * which is total over the registry.
 */
import type { Definition } from "../definition/definition.ts";
import { number, unitInterval } from "../definition/parameters.ts";

/**
 * "place": moves pixels, of the inputs and of every target. "tone": changes the values of the image, also where it is a target.
 * "input": changes the values of inputs only, so that an image which is a target stays as it is.
 */
export type Change = "place" | "tone" | "input";

export interface Augmentation<N extends string = string, S extends object = object, C extends Change = Change>
  extends Definition<N, S> {
  readonly changes: C;
}

export function augmentation<N extends string, S extends object, const C extends Change>(
  definition: Definition<N, S>,
  changes: C,
): Augmentation<N, S, C> {
  return { ...definition, changes };
}

export function probability(usual: number) {
  return number(unitInterval, "Share of the images that it changes.", usual);
}
