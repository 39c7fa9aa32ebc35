/** `files.py`: the pairs of the train section's data, and the call that finds them. */
import type { TrainConfiguration } from "../../../../learning/configuration.ts";
import type { CocoFiles } from "../../../../learning/data/coco.ts";
import type { SplitGlobs } from "../../../../learning/data/folder.ts";
import type { DataConfiguration, DataOf } from "../../../../learning/data/registry.ts";
import { type SplitName, type SplitShare, usualShare } from "../../../../learning/data/split-share.ts";
import type { FilePatterns } from "../../../../learning/definition/files.ts";
import { Code, call, imports, python, type Value, withNeeds } from "../python-text.ts";
import { annotationTexts } from "./annotation-texts.ts";
import { formatTexts } from "./format-texts.ts";
import { pairingText } from "./pairing-text.ts";

const texts = { ...formatTexts, ...annotationTexts };
type TextName = keyof typeof texts;

const needs: { readonly [N in TextName]?: readonly TextName[] } = {
  find_folder: ["pair_objects"],
  find_list: ["read_list"],
  coco: ["in_words"],
  nnunet: ["in_words"],
};

/** How the data of a train section is written. */
export interface DataText {
  /** The folder, as written in the program. */
  readonly folder: string;
  readonly texts: readonly TextName[];
  /** The expression of the splits; `root` is the folder. */
  readonly find: string;
  /** The values of label images, where they follow from a file of the data. */
  readonly values?: string;
  /** The names in `find` and `values` of this file. */
  readonly body: string;
}

export interface Read {
  readonly wantsLabels: boolean;
  /** Files of inputs and outputs of their own. */
  readonly own: readonly FilePatterns[];
  readonly masks: TrainConfiguration["masks"] | undefined;
}

export function dataText(data: DataConfiguration | undefined, read: Read): DataText {
  const written = data === undefined ? layout() : writtenBy(data.kind, data, read);
  return { ...written, body: `${written.find} ${written.values ?? ""}` };
}

type Written = Omit<DataText, "body">;

function layout(): Written {
  const find = call("find_layout", [root, splitOf(usualShare)]);
  return { folder: ".", texts: ["layout"], find: find.text };
}

const root = new Code("root");

type Kind = DataConfiguration["kind"];

function writtenBy<K extends Kind>(kind: K, data: DataOf<K>, read: Read): Written {
  return rows[kind](data, read);
}

const rows: { readonly [K in Kind]: (data: DataOf<K>, read: Read) => Written } = {
  folder: ({ path, images, labels, objects, slices, validation, test }, { wantsLabels, own }) => {
    const globs = (split: SplitShare | SplitGlobs | undefined) =>
      split?.kind === "globs" ? [split.images, wantsLabels ? split.labels : undefined] : splitOf(split);
    const find = call("find_folder", [root, images, wantsLabels ? labels : undefined, globs(validation)], {
      test: test && globs(test),
      own: ownOf(own),
      objects: objects || undefined,
      slices,
    });
    return { folder: path, texts: ["find_folder"], find: find.text };
  },
  list: ({ path, validation, test }) => {
    const folder = folderOf(path);
    const named = (split: SplitShare | SplitName | undefined) =>
      split !== undefined && split.kind !== "share"
        ? relativePath(folder, (split as SplitName).path)
        : splitOf(split);
    const find = call("find_list", [root, relativePath(folder, path), named(validation), named(test)]);
    return { folder, texts: ["find_list"], find: find.text };
  },
  voc: ({ path, train, labels, validation, test }) => {
    const pairs = new Code(`lambda name: read_voc(root, name, ${python(labels)})`);
    return sets(path, pairs, train, validation, test, "read_voc");
  },
  camvid: ({ path, validation, test }, { wantsLabels }) => {
    const pairs = new Code(`lambda name: read_camvid(root, name, ${python(wantsLabels)})`);
    return sets(path, pairs, "train", validation, test, "read_camvid");
  },
  cityscapes: ({ path, annotation, validation, test }, { wantsLabels }) => {
    const kind = annotation === "fine" ? "gtFine" : "gtCoarse";
    const pairs = new Code(
      `lambda name: read_cityscapes(root, name, ${python(kind)}, ${python(wantsLabels)})`,
    );
    return sets(path, pairs, "train", validation, test, "read_cityscapes");
  },
  coco: ({ path, annotations, images, validation, test }, { masks }) => {
    const files = (split: SplitShare | CocoFiles | undefined) =>
      split?.kind === "files" ? [split.annotations, split.images] : splitOf(split);
    const train = [annotations, images];
    const find = call("find_coco", [root, train, files(validation)], { test: test && files(test) });
    const common = { folder: path, texts: ["coco"] as const, find: find.text };
    if (masks === undefined || masks.values !== undefined) return common;
    return { ...common, values: call("coco_values", [root, train, masks.classes, masks.ignore]).text };
  },
  nnunet: ({ path, channel, validation, test }, { wantsLabels, own, masks }) => {
    const tested = test === undefined || test.kind === "share" ? test && splitOf(test) : test.path;
    const find = call("find_nnunet", [root, channel, wantsLabels, splitOf(validation)], {
      test: tested,
      own: ownOf(own),
    });
    const common = { folder: path, texts: ["nnunet"] as const, find: find.text };
    if (masks === undefined || masks.values !== undefined || masks.ignore.length > 0) return common;
    return { ...common, values: call("nnunet_values", [root, masks.classes]).text };
  },
};

function sets(
  folder: string,
  pairs: Code,
  train: string,
  validation: SplitShare | SplitName,
  test: SplitShare | SplitName | undefined,
  text: TextName,
): Written {
  const named = (split: SplitShare | SplitName | undefined) =>
    split !== undefined && split.kind !== "share" ? split.path : splitOf(split);
  const find = call("find_sets", [pairs, train, named(validation), named(test)]);
  return { folder, texts: ["find_sets", text], find: find.text };
}

function splitOf(split: { readonly kind: string } | SplitShare | undefined): Value {
  return split !== undefined && "share" in split
    ? call("Share", [split.share, split.seed])
    : new Code("NOTHING");
}

function ownOf(own: readonly FilePatterns[]): Value {
  if (own.length === 0) return undefined;
  return own.map(({ files, validation, test }) => call("Patterns", [files], { validate: validation, test }));
}

export function filesFile({ texts: wanted }: Pick<DataText, "texts">): string {
  const names = withNeeds(wanted, (name) => needs[name] ?? [], Object.keys(texts) as TextName[]);
  const constants =
    names.includes("read_camvid") || names.includes("layout")
      ? 'IMAGES = "*.{png,jpg,jpeg,tif,tiff,webp,PNG,JPG,JPEG}"\n\n\n'
      : "\n";
  const body = [pairingText, ...names.map((name) => texts[name])].join("\n\n");
  return `"""Files of images, labels and other targets, paired by their names and split."""

from __future__ import annotations

${imports(body, [
  ["json"],
  ["math"],
  ["os"],
  ["re"],
  ["dataclasses", "dataclass", "replace"],
  ["pathlib", "Path"],
  ["typing", "Any", "Callable", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Sequence"],
  ["typing", "Tuple", "Union"],
])}
from .images import count_images, place
from .random_numbers import Random

${constants}${body}`;
}

/** "lists/train.txt" → "lists" */
function folderOf(path: string): string {
  const parts = path.split("/");
  return parts.length === 1 ? "." : parts.slice(0, -1).join("/") || "/";
}

/** A path relative to a folder, both relative to the program. */
function relativePath(folder: string, path: string): string {
  if (path.startsWith("/") && !folder.startsWith("/")) return path;
  const [from, to] = [folder, path].map((one) =>
    one.split("/").filter((part) => part !== "." && part !== ""),
  ) as [string[], string[]]; // of two
  let same = 0;
  while (same < from.length && from[same] === to[same]) same += 1;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}
