/** A format of data: where the images are, and what their pairs can hold. How it is read is a row in runtime/data/formats/. */

import type { Definition } from "../definition/definition.ts";
import type { MaskConfiguration } from "../masks.ts";

/** Parts of the data beside those trained on. */
export type SplitPart = "validation" | "test";

export interface DataFormat<N extends string = string, S extends object = object> extends Definition<N, S> {
  /** What must be given where label images are needed, and is not. */
  readonly lacksLabels: (settings: S) => { readonly parameter: string; readonly summary: string } | undefined;
  /** Whether each object of an image has a file of its own, so that there are no label images. */
  readonly showsObjects: (settings: S) => boolean;
  /** Left out: the values are the classes. @param classes of the network */
  readonly usualMasks?: (settings: S, classes: readonly string[]) => UsualMasks;
  /** Whether targets and inputs can have files of their own. */
  readonly hasOwnFiles: boolean;
  /** Whether the images of a part are separate files and not a share of the pairs. */
  readonly separates: (settings: S, part: SplitPart) => boolean;
}

/** What the values of label images mean where a program has no `masks`. */
export type UsualMasks = Pick<MaskConfiguration, "values" | "ignore">;

export function dataFormat<N extends string, S extends object>(
  definition: Definition<N, S>,
  meaning: Omit<DataFormat<N, S>, keyof Definition>,
): DataFormat<N, S> {
  return { ...definition, ...meaning };
}
