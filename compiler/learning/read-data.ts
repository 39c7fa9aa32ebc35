/** `data folder("data", images = "image/*.png", labels = "label/*.png", validate = 20%)`, `data list("train.txt")`. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { Expression } from "../../grammar/expression.ts";
import type { DataConfiguration, TrainConfiguration, ValidationShare } from "./configuration.ts";
import { constantNumber } from "./constant-number.ts";
import { defaultValidation } from "./default-configuration.ts";
import { type Form, readArguments, readFlag, readForm } from "./form.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

type Given = ReadonlyMap<string, Expression>;

export function readData(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const example = 'data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)';
  const term = reader.single(entry, example);
  if (term === undefined) return {};
  const form = readForm(term, "kind of data", ["folder", "list"] as const, reader);
  if (form === undefined) return {};
  const data = form.name === "folder" ? readFolder(form, reader) : readList(form, reader);
  return data === undefined ? {} : { data };
}

function readFolder(form: Form, reader: TrainReader): DataConfiguration | undefined {
  const parameters = [
    { name: "path", positional: true },
    { name: "images" },
    { name: "labels" },
    { name: "objects", flag: true },
    { name: "validate" },
    { name: "validate_seed" },
    { name: "validate_images" },
    { name: "validate_labels" },
  ];
  const given = readArguments(form, parameters, reader);
  const path = requiredText(form, given, "path", "data/membrane", "the folder", reader);
  const images = requiredText(
    form,
    given,
    "images",
    "images/*.png",
    "the pattern of the image files",
    reader,
  );
  const labels = optionalText(form, given, "labels", "labels/*.png", reader);
  const validation = readFolderValidation(form, given, reader);
  if (path === undefined || images === undefined || labels === "wrong" || validation === undefined) {
    return undefined;
  }
  const objects = readFlag(given.get("objects"), "objects", reader);
  return { kind: "folder", path, images, labels, objects, validation };
}

function readFolderValidation(form: Form, given: Given, reader: TrainReader) {
  const images = given.get("validate_images");
  const labels = given.get("validate_labels");
  if (images === undefined && labels === undefined) return readShare(given, reader);
  for (const name of ["validate", "validate_seed"]) {
    const value = given.get(name);
    if (value === undefined) continue;
    return reader.wrong(name, "removed where validate_images and validate_labels are given", value);
  }
  const imageGlob = requiredText(
    form,
    given,
    "validate_images",
    "images/val/*.png",
    "validation images",
    reader,
  );
  const labelGlob = optionalText(form, given, "validate_labels", "labels/val/*.png", reader);
  if (imageGlob === undefined || labelGlob === "wrong") return undefined;
  return { kind: "globs", images: imageGlob, labels: labelGlob } as const;
}

/** The fraction and its seed; each has a default. */
function readShare(given: Given, reader: TrainReader): ValidationShare | undefined {
  const read = (name: string, range: NumberRange, initial: number) => {
    const value = given.get(name);
    return value === undefined ? initial : reader.number(value, name, range);
  };
  const share = read("validate", ranges.share, defaultValidation.share);
  const seed = read("validate_seed", ranges.seed, defaultValidation.seed);
  return share === undefined || seed === undefined ? undefined : { kind: "share", share, seed };
}

function readList(form: Form, reader: TrainReader): DataConfiguration | undefined {
  const parameters = [{ name: "path", positional: true }, { name: "validate" }, { name: "validate_seed" }];
  const given = readArguments(form, parameters, reader);
  const path = requiredText(
    form,
    given,
    "path",
    "train.txt",
    "the list file, with a pair of paths per line",
    reader,
  );
  const validation = readListValidation(given, reader);
  return path === undefined || validation === undefined ? undefined : { kind: "list", path, validation };
}

function readListValidation(given: Given, reader: TrainReader) {
  const validate = given.get("validate");
  if (validate === undefined || constantNumber(validate) !== undefined) return readShare(given, reader);
  const seed = given.get("validate_seed");
  if (seed !== undefined) {
    return reader.wrong("validate_seed", "removed where validate is a list", seed);
  }
  if (validate.kind === "string" && validate.value !== "") {
    return { kind: "list", path: validate.value } as const;
  }
  return reader.wrong("validate", 'a fraction such as 20% or a list such as "val.txt"', validate);
}

/** Whether labels are required depends on the targets (need-files.ts). */
function optionalText(
  form: Form,
  given: Given,
  name: string,
  example: string,
  reader: TrainReader,
): string | undefined | "wrong" {
  const value = given.get(name);
  if (value === undefined) return undefined;
  return reader.text(value, `the ${name} of ${form.name}`, example) ?? "wrong";
}

function requiredText(
  form: Form,
  given: Given,
  name: string,
  example: string,
  summary: string,
  reader: TrainReader,
): string | undefined {
  const value = given.get(name);
  if (value !== undefined) return reader.text(value, `the ${name} of ${form.name}`, example);
  return reader.report("names/argument-needed", { owner: form.name, parameter: name, summary }, form.span);
}
