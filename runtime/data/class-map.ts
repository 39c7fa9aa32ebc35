/** Stored label values to class indices, as the `masks` entry of a `train` section says. */
import type { MaskConfiguration, MaskValue } from "../../compiler/learning/configuration.ts";
import type { LabelImage } from "../images/label-image.ts";
import { UserError } from "../user-error.ts";

export interface ClassImage {
  readonly height: number;
  readonly width: number;
  /** [height, width]; −1: ignored; undeclared values are −1 too and listed below. */
  readonly classes: Int16Array;
  /** Every stored value and its pixels. Colours, where declared or found as such, as "#rrggbb". */
  readonly values: ReadonlyMap<MaskValue, number>;
  /** The values among them that `masks` does not mention. */
  readonly undeclared: ReadonlySet<MaskValue>;
}

const ignored = -1;
const undeclared = -2;

/**
 * A number means a grey level or palette index; a colour "#rrggbb" means that colour in RGB files and in palettes, and
 * in grey files the level whose three parts are equal. In RGB files a number means the grey colour of that level.
 * Without `masks.values` the number itself is the class.
 */
export function mapClasses(label: LabelImage, masks: MaskConfiguration): ClassImage {
  const declared = declarations(masks);
  const classes = new Int16Array(label.values.length);
  const pixels = new Map<number, number>();
  const classOf = new Map<number, number>();
  for (let start = 0; start < classes.length; ) {
    const value = label.values[start] ?? 0;
    let end = start + 1;
    while (end < classes.length && label.values[end] === value) end++;
    let index = classOf.get(value);
    if (index === undefined) {
      index = resolve(value, label, declared, masks);
      classOf.set(value, index);
    }
    classes.fill(index === undeclared ? ignored : index, start, end);
    pixels.set(value, (pixels.get(value) ?? 0) + end - start);
    start = end;
  }
  const name = (value: number): MaskValue => {
    if (label.kind !== "colour") return value;
    const level = greyLevel(value);
    return level !== undefined && !declared.colours ? level : colourName(value);
  };
  return {
    height: label.height,
    width: label.width,
    classes,
    values: new Map([...pixels].map(([value, count]) => [name(value), count])),
    undeclared: new Set(
      [...classOf].filter(([, index]) => index === undeclared).map(([value]) => name(value)),
    ),
  };
}

interface Declarations {
  readonly classes: ReadonlyMap<MaskValue, number>;
  /** Whether any value is a colour. */
  readonly colours: boolean;
}

function declarations(masks: MaskConfiguration): Declarations {
  const classes = new Map<MaskValue, number>();
  for (const { className, value } of masks.values ?? []) {
    const index = masks.classes.indexOf(className);
    if (index < 0) {
      throw new UserError(
        `masks gives a value to "${className}", which is not one of the classes ${masks.classes.join(", ")}`,
      );
    }
    classes.set(normalised(value), index);
  }
  for (const value of masks.ignore) classes.set(normalised(value), ignored);
  return { classes, colours: [...classes.keys()].some((value) => typeof value === "string") };
}

function normalised(value: MaskValue): MaskValue {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function resolve(
  value: number,
  label: LabelImage,
  { classes }: Declarations,
  masks: MaskConfiguration,
): number {
  const level = label.kind === "colour" ? greyLevel(value) : value;
  const colour = colourOf(value, label);
  const found =
    (level === undefined ? undefined : classes.get(level)) ??
    (colour === undefined ? undefined : classes.get(colourName(colour)));
  if (found !== undefined) return found;
  if (masks.values === undefined && level !== undefined && level < masks.classes.length) return level;
  return undeclared;
}

/** 0xrrggbb as shown; `undefined` for grey beyond 8 bits. */
function colourOf(value: number, label: LabelImage): number | undefined {
  if (label.kind === "colour") return value;
  if (label.kind === "palette") return label.palette?.[value];
  return value <= 255 ? value * 0x010101 : undefined;
}

function greyLevel(colour: number): number | undefined {
  const level = colour & 0xff;
  return colour === level * 0x010101 ? level : undefined;
}

/** "#rrggbb". */
function colourName(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}
