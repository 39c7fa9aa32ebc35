/** Whether the data says where the files of every target and input are. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { TrainConfiguration } from "./configuration.ts";
import type { FilePatterns } from "./target-configuration.ts";
import type { TrainReader } from "./train-reader.ts";

/** Reports what is missing, at the entry that must say it. */
export function needFiles(
  { data, outputs, inputs }: TrainConfiguration,
  entries: ReadonlyMap<string, TrainEntry>,
  reader: TrainReader,
): void {
  const entry = entries.get("data");
  if (data === undefined || entry === undefined) return;
  const needsLabels = outputs.some(
    ({ target }) => target.kind === "labels" || (target.kind === "boundaries" && target.from === undefined),
  );
  const span = entry.phrases[0]?.terms[0]?.span ?? entry.span;
  if (data.kind === "folder" && needsLabels) {
    const missing =
      data.labels === undefined
        ? "labels"
        : data.validation.kind === "globs" && data.validation.labels === undefined
          ? "validate_labels"
          : undefined;
    const summary = missing === "labels" ? "where in it the label images are" : "their label images";
    if (missing !== undefined) {
      reader.report("names/argument-needed", { owner: "folder", parameter: missing, summary }, span);
    }
  }
  const fromLabels = outputs.find(({ target }) => target.kind === "boundaries" && target.from === undefined);
  if (data.kind === "folder" && data.objects && fromLabels !== undefined) {
    const facts = {
      name: fromLabels.name,
      problem: "boundaries are found in label images, and with objects every object has a file of its own",
      help: 'name files of boundaries: targets edges = boundaries("edges/*.png"); or leave out objects where there are label images',
    };
    reader.report("training/files", facts, entries.get("targets")?.span ?? span);
  }
  const patterns = [
    ...outputs.map(({ name, target }) => ({
      name,
      key: "targets",
      from: "from" in target ? target.from : undefined,
    })),
    ...inputs.map(({ name, from }) => ({ name, key: "inputs", from })),
  ];
  const separate = data.validation.kind !== "share";
  for (const { name, key, from } of patterns) {
    const at = entries.get(key)?.span ?? span;
    const problem = from && problemOf(from, data.kind, separate);
    if (problem !== undefined) reader.report("training/files", { name, ...problem }, at);
  }
}

function problemOf(from: FilePatterns, data: "folder" | "list", separate: boolean) {
  if (data === "list") {
    return {
      problem: "a list of pairs names no files for it",
      help: 'say where the data is by folder(…): data folder("data", images = "images/*.png", …)',
    };
  }
  if (separate === (from.validation !== undefined)) return undefined;
  return separate
    ? {
        problem: "its validation files are not named, and those of the images are",
        help: 'name them too: validate = "depth/val/*.png"',
      }
    : {
        problem: "its validation files are named, and the images have none of their own",
        help: "leave out validate: the files are split as the images are; or give data validate_images",
      };
}
