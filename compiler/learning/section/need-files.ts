/** Checks that the data defines the files of every target and input. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { TrainConfiguration } from "../configuration.ts";
import type { DataFormat, SplitPart } from "../data/format.ts";
import { type DataConfiguration, formatOf } from "../data/registry.ts";
import type { FilePatterns } from "../definition/files.ts";
import { filesReadBy, learnsMasks, learnsObjects } from "../targets/registry.ts";
import type { TrainReader } from "./train-reader.ts";

/** Reports missing files, at the entry that must give them. */
export function needFiles(
  { data, outputs, inputs }: TrainConfiguration,
  entries: ReadonlyMap<string, TrainEntry>,
  reader: TrainReader,
): void {
  const entry = entries.get("data");
  if (data === undefined || entry === undefined) return;
  const span = entry.phrases[0]?.terms[0]?.span ?? entry.span;
  const format = formatOf(data);
  const lacking = format.lacksLabels(data);
  const fromLabels = outputs.filter(({ target }) => filesReadBy(target) === "labels");
  if (lacking !== undefined && fromLabels.length > 0) {
    reader.report("names/argument-needed", { owner: data.kind, ...lacking }, span);
  }
  const computed = fromLabels.find(({ target }) => !learnsMasks(target) && !learnsObjects(target));
  if (format.showsObjects(data) && computed !== undefined) {
    const facts = {
      name: computed.name,
      problem: `${computed.target.kind} are computed from label images, and this data shows single objects`,
      help: format.hasOwnFiles
        ? `give files of ${computed.target.kind}: targets edges = ${computed.target.kind}("edges/*.png"); or remove objects if there are label images`
        : `use folder(…), and give files of ${computed.target.kind}: targets edges = ${computed.target.kind}("edges/*.png")`,
    };
    reader.report("training/files", facts, entries.get("targets")?.span ?? span);
  }
  const located = fromLabels.find(({ target }) => learnsObjects(target));
  if (lacking === undefined && !format.showsObjects(data) && located !== undefined) {
    const { kind } = located.target;
    const facts = {
      name: located.name,
      problem: `${kind} are of objects, and the label images of ${data.kind}(…) do not tell them apart`,
      help: format.hasOwnFiles
        ? `give files that number the objects: targets ${located.name} = ${kind}("objects/*.png"); or add instances or objects to data`
        : `use folder(…) and give files that number the objects: targets ${located.name} = ${kind}("objects/*.png")`,
    };
    reader.report("training/files", facts, entries.get("targets")?.span ?? span);
  }
  const patterns = [
    ...outputs.map(({ name, target }) => ({ name, key: "targets", from: filesReadBy(target) })),
    ...inputs.map(({ name, from }) => ({ name, key: "inputs", from })),
  ];
  for (const { name, key, from } of patterns) {
    if (typeof from !== "object") continue;
    const at = entries.get(key)?.span ?? span;
    const problem = problemOf(from, data, format);
    if (problem !== undefined) reader.report("training/files", { name, ...problem }, at);
  }
}

const parts: readonly SplitPart[] = ["validation", "test"];

function problemOf(from: FilePatterns, data: DataConfiguration, format: DataFormat) {
  const separates = (part: SplitPart) => format.separates(data, part);
  if (!format.hasOwnFiles) {
    return {
      problem: `${data.kind}(…) has no files for it`,
      help: `use folder(…) instead of ${data.kind}(…): data folder("data", images = "images/*.png", …)`,
    };
  }
  // One file for all images.
  const isList = !from.files.includes("*") && parts.every((one) => from[one] === undefined);
  const part = isList ? undefined : parts.find((one) => separates(one) !== (from[one] !== undefined));
  if (part === undefined) return undefined;
  const [setting, folder] = part === "test" ? ["test", "test"] : ["validate", "val"];
  return separates(part)
    ? {
        problem: `the images have separate ${part} files, and it has none`,
        help: `add them: ${setting} = "depth/${folder}/*.png"`,
      }
    : {
        problem: `it has separate ${part} files, and the images have none`,
        help: `remove ${setting}, so that the files are split like the images, or add ${setting}_images to data`,
      };
}
