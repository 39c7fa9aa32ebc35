/** `augment flip, flip_vertical, rotate(90), scale(0.8 .. 1.25), crop(256, 256), brightness(0.2), contrast(0.2)`. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { Expression } from "../../grammar/expression.ts";
import type { AugmentConfiguration, TrainConfiguration } from "./configuration.ts";
import { defaultConfiguration } from "./default-configuration.ts";
import { type Form, readArguments, readForm } from "./form.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

type Read = (form: Form, reader: TrainReader) => Partial<AugmentConfiguration>;

const angle: NumberRange = {
  wanted: "an angle in degrees, above 0 and up to 180",
  allows: (value) => value > 0 && value <= 180,
};

const augmentations = {
  flip: (form, reader) => {
    readArguments(form, [], reader);
    return { flip: true };
  },
  flip_vertical: (form, reader) => {
    readArguments(form, [], reader);
    return { flipVertical: true };
  },
  rotate: (form, reader) => {
    const degrees = onlyNumber(form, "degrees", angle, reader);
    return degrees === undefined ? {} : { rotate: degrees };
  },
  scale: (form, reader) => {
    const factors = required(form, "factors", reader);
    const scale = factors && readFactors(factors, reader);
    return scale === undefined ? {} : { scale };
  },
  crop: (form, reader) => {
    const crop = readCrop(form, reader);
    return crop === undefined ? {} : { crop };
  },
  brightness: (form, reader) => {
    const brightness = onlyNumber(form, "change", ranges.factor, reader);
    return brightness === undefined ? {} : { brightness };
  },
  contrast: (form, reader) => {
    const contrast = onlyNumber(form, "change", ranges.factor, reader);
    return contrast === undefined ? {} : { contrast };
  },
} as const satisfies Record<string, Read>;

type Augmentation = keyof typeof augmentations;
// Object.keys types its result as string[]; the table above is a constant.
const known = Object.keys(augmentations) as readonly Augmentation[];

export function readAugment(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const example = "augment flip, rotate(90)";
  if (entry.phrases.length === 0) {
    reader.report("training/value-missing", { key: "augment", example }, entry.key.span);
  }
  let augment = defaultConfiguration("", reader.facts).augment;
  const said = new Set<Augmentation>();
  for (const { name, terms } of entry.phrases) {
    const [term, second] = terms;
    const excess = name?.span ?? second?.span;
    if (excess !== undefined) reader.report("training/too-much", { key: "augment", example }, excess);
    if (term === undefined || excess !== undefined || isNone(term)) continue;
    const form = readForm(term, "augmentation", known, reader);
    if (form === undefined) continue;
    if (said.has(form.name)) reader.report("training/said-twice", { what: `\`${form.name}\`` }, form.span);
    else augment = { ...augment, ...augmentations[form.name](form, reader) };
    said.add(form.name);
  }
  return { augment };
}

/** `augment none` */
function isNone(term: Expression): boolean {
  return term.kind === "reference" && term.name.text === "none";
}

function required(form: Form, name: string, reader: TrainReader): Expression | undefined {
  const value = readArguments(form, [{ name, positional: true }], reader).get(name);
  if (value === undefined && form.arguments.length === 0) {
    reader.report(
      "names/argument-needed",
      { owner: form.name, parameter: name, summary: undefined },
      form.span,
    );
  }
  return value;
}

function onlyNumber(form: Form, name: string, range: NumberRange, reader: TrainReader): number | undefined {
  const value = required(form, name, reader);
  return value && reader.number(value, `the ${name} of ${form.name}`, range);
}

function readFactors(factors: Expression, reader: TrainReader): AugmentConfiguration["scale"] | undefined {
  const wanted = "a range of factors such as 0.8 .. 1.25";
  if (factors.kind !== "range" || !factors.inclusive) return reader.wrong("scale", wanted, factors);
  const least = reader.number(factors.from, "the smallest factor of scale", ranges.positive);
  const most = reader.number(factors.to, "the largest factor of scale", ranges.positive);
  if (least === undefined || most === undefined) return undefined;
  if (least > most) return reader.wrong("the largest factor of scale", `at least ${least}`, factors.to);
  return [least, most];
}

/** `crop(256)`, `crop(256, 512)` or `crop(256x512)`: height by width. */
function readCrop(form: Form, reader: TrainReader): AugmentConfiguration["crop"] {
  const parameters = [
    { name: "height", positional: true },
    { name: "width", positional: true },
  ];
  const given = readArguments(form, parameters, reader);
  const height = given.get("height");
  const width = given.get("width");
  if (height === undefined) {
    const facts = { owner: form.name, parameter: "height", summary: "in pixels" };
    return form.arguments.length === 0 ? reader.report("names/argument-needed", facts, form.span) : undefined;
  }
  if (height.kind === "extent" && width === undefined) {
    if (height.height >= 1 && height.width >= 1) return [height.height, height.width];
    return reader.wrong("crop", "at least one pixel high and wide", height);
  }
  const rows = reader.number(height, "the height of crop", ranges.count);
  const columns = width === undefined ? rows : reader.number(width, "the width of crop", ranges.count);
  return rows === undefined || columns === undefined ? undefined : [rows, columns];
}
