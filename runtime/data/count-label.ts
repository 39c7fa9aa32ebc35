/** What the label image of a pair holds, counted: large ones are read a few rows at a time. */
import type { MaskConfiguration, MaskValue } from "../../compiler/learning/configuration.ts";
import { labelStrips } from "../images/rows/label-strips.ts";
import { isLarge } from "../images/rows/scan-image.ts";
import { mapClasses } from "./class-map.ts";
import type { Pair } from "./pair.ts";
import { readPairLabel } from "./read-pair-label.ts";

export interface LabelCounts {
  readonly size: readonly [height: number, width: number];
  /** Pixels of every stored value, and the values that `masks` does not mention. */
  readonly values: ReadonlyMap<MaskValue, number>;
  readonly undeclared: ReadonlySet<MaskValue>;
  /** Pixels of each class, and those without one. */
  readonly classPixels: readonly number[];
  readonly withoutClass: number;
}

/** @throws UserError as `readPairLabel` */
export async function countLabel(pair: Pair, masks: MaskConfiguration): Promise<LabelCounts> {
  const { label, drawing, objects, numbered } = pair;
  const inFile = label !== undefined && drawing === undefined && objects === undefined && numbered !== true;
  const strips = inFile && (await isLarge(label)) ? labelStrips(label) : [await readPairLabel(pair)];
  const values = new Map<MaskValue, number>();
  const undeclared = new Set<MaskValue>();
  const classPixels = masks.classes.map(() => 0);
  let [height, width, withoutClass] = [0, 0, 0];
  for await (const strip of strips) {
    const mapped = mapClasses(strip, masks);
    height += mapped.height;
    width = mapped.width;
    for (const [value, count] of mapped.values) values.set(value, (values.get(value) ?? 0) + count);
    for (const value of mapped.undeclared) undeclared.add(value);
    for (const index of mapped.classes) {
      if (index < 0) withoutClass++;
      else classPixels[index] = (classPixels[index] ?? 0) + 1;
    }
  }
  return { size: [height, width], values, undeclared, classPixels, withoutClass };
}
