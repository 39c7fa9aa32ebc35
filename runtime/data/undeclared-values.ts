/** Label values that belong to no class: what they probably are, and the `masks` entry that would say so. */
import { counted } from "../../compiler/counted.ts";
import type { MaskConfiguration, MaskValue } from "../../compiler/learning/configuration.ts";
import type { DataProblem } from "./data-set.ts";

/** Values and their pixels over all label images. */
export type ValueCounts = ReadonlyMap<MaskValue, number>;

/** Masks blurred by a resize or by JPEG have many levels, most of them rare; true classes rarely come to so many undeclared ones. */
const manyLevels = 16;

/** @param files label images that hold an undeclared value */
export function undeclaredProblem(
  counts: ValueCounts,
  undeclared: ReadonlySet<MaskValue>,
  masks: MaskConfiguration,
  files: readonly string[],
): DataProblem {
  const pixels = (value: MaskValue) => counts.get(value) ?? 0;
  const strangers = [...undeclared].sort(inOrder);
  const shown = strangers.slice(0, 8).map((value) => `${value} (${counted(pixels(value), "pixel")})`);
  const rest = strangers.length > shown.length ? ` and ${strangers.length - shown.length} more` : "";
  return {
    severity: "error",
    code: "labels/undeclared-value",
    message: `label images contain values that belong to no class: ${shown.join(", ")}${rest}`,
    files: files.slice(0, 5),
    count: files.length,
    help: advice(counts, strangers, masks),
  };
}

function advice(counts: ValueCounts, strangers: readonly MaskValue[], masks: MaskConfiguration): string {
  const { classes } = masks;
  const values = [...counts.keys()].filter((value) => !masks.ignore.includes(value)).sort(inOrder);
  const [last] = strangers.slice(-1);
  const only = strangers.length === 1 ? last : undefined;
  const interpolated = interpolatedBetween(counts, strangers, classes.length);
  if (interpolated !== undefined) {
    return `these look like masks that were blurred, by a resize or by JPEG: ${values.length} levels, nearly all pixels at ${interpolated.join(" and ")}; create them again from their source with nearest-neighbour sampling, as PNG; then write ${entry(masks, interpolated, [])}`;
  }
  // every value one class, in rising order: {0, 255} for two classes
  if (masks.values === undefined && values.length === classes.length) {
    const orElse =
      only !== undefined && values.length > 2
        ? `; if ${only} marks pixels of no class, write ${entry(masks, "indices", [...masks.ignore, only])}`
        : "";
    return `if the values are the classes in this order, write ${entry(masks, values, masks.ignore)} in the train section${orElse}`;
  }
  // one value more than classes: its usual meaning is "void"
  if (only !== undefined) {
    const known = masks.values === undefined ? "indices" : undefined;
    return `if ${only} marks pixels of no class, write ${entry(masks, known, [...masks.ignore, only])} in the train section; if it is a class, add one to the network`;
  }
  if (masks.values === undefined && values.length === classes.length + 1 && last !== undefined) {
    const kept = values.filter((value) => value !== last);
    return `if ${last} marks pixels of no class and the other values are the classes in this order, write ${entry(masks, kept, [...masks.ignore, last])} in the train section`;
  }
  return `declare each value in masks, as in ${entry(masks, masks.values === undefined ? values : undefined, masks.ignore)}, followed by the values to ignore, as in ignore = 255; there are ${counted(classes.length, "class", "classes")} and ${counted(values.length, "value")}`;
}

/** The values that hold nearly all pixels, when there are many rare levels between them. */
function interpolatedBetween(
  counts: ValueCounts,
  strangers: readonly MaskValue[],
  classes: number,
): MaskValue[] | undefined {
  const levels = [...counts.keys()].filter((value) => typeof value === "number");
  if (strangers.length < manyLevels || levels.length < counts.size) return undefined;
  const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, Math.max(2, classes));
  const all = [...counts.values()].reduce((total, count) => total + count, 0);
  const held = common.reduce((total, [, count]) => total + count, 0);
  return held >= 0.8 * all ? common.map(([value]) => value).sort(inOrder) : undefined;
}

/** `masks [membrane = 0, cell = 255], ignore = 7`; "indices": every value is its class; left out: as declared. */
function entry(
  masks: MaskConfiguration,
  values: readonly MaskValue[] | "indices" | undefined,
  ignore: readonly MaskValue[],
): string {
  const declared =
    values === undefined
      ? (masks.values ?? []).map(({ className, value }) => `${word(className)} = ${text(value)}`)
      : masks.classes.map((name, i) => `${word(name)} = ${text(values[i] ?? i)}`);
  const meaning = values === "indices" ? "indices" : `[${declared.join(", ")}]`;
  if (ignore.length === 0) return `masks ${meaning}`;
  const ignored = ignore.map(text).join(", ");
  return `masks ${meaning}, ignore = ${ignore.length === 1 ? ignored : `[${ignored}]`}`;
}

/** A network that only counts its classes calls them "class 0"; a masks entry gives them names. */
function word(className: string): string {
  return className.replaceAll(/\W/g, "_");
}

function text(value: MaskValue): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

function inOrder(a: MaskValue, b: MaskValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : 1;
}
