/** `data folder("data", images = "image/*.png", labels = "label/*.png", validate = 20%)`, `data list("train.txt")`. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { Expression } from "../../grammar/expression.ts";
import type { DataConfiguration, TrainConfiguration } from "./configuration.ts";
import { constantNumber } from "./constant-number.ts";
import { defaultShare } from "./default-configuration.ts";
import { type Form, readArguments, readFlag, readForm } from "./form.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

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
    { name: "validate_images" },
    { name: "validate_labels" },
  ];
  const given = readArguments(form, parameters, reader);
  const path = requiredText(form, given, "path", "data/membrane", "the folder", reader);
  const images = requiredText(form, given, "images", "images/*.png", "where in it the images are", reader);
  const labels = optionalText(form, given, "labels", "labels/*.png", reader);
  const validation = readFolderValidation(form, given, reader);
  if (path === undefined || images === undefined || labels === "wrong" || validation === undefined) {
    return undefined;
  }
  const objects = readFlag(given.get("objects"), "objects", reader);
  return { kind: "folder", path, images, labels, objects, validation };
}

function readFolderValidation(form: Form, given: Given, reader: TrainReader) {
  const share = given.get("validate");
  const images = given.get("validate_images");
  const labels = given.get("validate_labels");
  if (images === undefined && labels === undefined) {
    const value = share === undefined ? defaultShare : reader.number(share, "validate", ranges.share);
    return value === undefined ? undefined : ({ kind: "share", share: value } as const);
  }
  if (share !== undefined) {
    const wanted = "left out where validate_images and validate_labels are given";
    return reader.wrong("validate", wanted, share);
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

function readList(form: Form, reader: TrainReader): DataConfiguration | undefined {
  const given = readArguments(form, [{ name: "path", positional: true }, { name: "validate" }], reader);
  const path = requiredText(form, given, "path", "train.txt", "the list, a pair of paths a line", reader);
  const validation = readListValidation(given.get("validate"), reader);
  return path === undefined || validation === undefined ? undefined : { kind: "list", path, validation };
}

function readListValidation(validate: Expression | undefined, reader: TrainReader) {
  if (validate === undefined) return { kind: "share", share: defaultShare } as const;
  if (constantNumber(validate) !== undefined) {
    const share = reader.number(validate, "validate", ranges.share);
    return share === undefined ? undefined : ({ kind: "share", share } as const);
  }
  if (validate.kind === "string" && validate.value !== "") {
    return { kind: "list", path: validate.value } as const;
  }
  return reader.wrong("validate", 'a share such as 20% or a list such as "val.txt"', validate);
}

/** Whether there must be labels hangs on the targets (need-files.ts). */
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
