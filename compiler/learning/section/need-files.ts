/** Checks that the data defines the files of every target and input. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "./configuration.ts";
import type { FilePatterns } from "./target-configuration.ts";
import type { TrainReader } from "./train-reader.ts";

/** Reports missing files, at the entry that must give them. */
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
    const summary =
      missing === "labels" ? "the pattern of the label images" : "the pattern of their label images";
    if (missing !== undefined) {
      reader.report("names/argument-needed", { owner: "folder", parameter: missing, summary }, span);
    }
  }
  const fromLabels = outputs.find(({ target }) => target.kind === "boundaries" && target.from === undefined);
  if (data.kind === "folder" && data.objects && fromLabels !== undefined) {
    const facts = {
      name: fromLabels.name,
      problem: "boundaries are computed from label images, and with objects each object has its own file",
      help: 'give files of boundaries: targets edges = boundaries("edges/*.png"); or remove objects if there are label images',
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
      problem: "a list of pairs contains no files for it",
      help: 'use folder(…) instead of list(…): data folder("data", images = "images/*.png", …)',
    };
  }
  if (separate === (from.validation !== undefined)) return undefined;
  return separate
    ? {
        problem: "the images have separate validation files, and it has none",
        help: 'add them: validate = "depth/val/*.png"',
      }
    : {
        problem: "it has separate validation files, and the images have none",
        help: "remove validate, so that the files are split like the images, or add validate_images to data",
      };
}
