/** Patterns of files: `depth("depth/train/*.png", validate = "depth/val/*.png")`. */
import type { Expression } from "../../grammar/expression.ts";
import type { Form, FormParameter } from "./form.ts";
import type { FilePatterns } from "./target-configuration.ts";
import type { TrainReader } from "./train-reader.ts";

export const patternParameters = [
  { name: "files", positional: true },
  { name: "validate" },
] as const satisfies readonly FormParameter[];

/** `undefined` without a pattern; "wrong" after an error, which is reported. */
export function readPatterns(
  form: Form,
  given: ReadonlyMap<string, Expression>,
  reader: TrainReader,
): FilePatterns | undefined | "wrong" {
  const files = given.get("files");
  const validate = given.get("validate");
  const folder = `${form.name}/*.png`;
  if (files === undefined) {
    if (validate === undefined) return undefined;
    reader.wrong(`validate of ${form.name}`, "removed where no files are given", validate);
    return "wrong";
  }
  const pattern = reader.text(files, `the files of ${form.name}`, folder);
  const validation = validate && reader.text(validate, `validate of ${form.name}`, folder);
  if (pattern === undefined || (validate !== undefined && validation === undefined)) return "wrong";
  return { files: pattern, validation };
}
