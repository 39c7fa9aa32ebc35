/** Every format of data. A new one is a file beside this and a line here; what the runtime lacks then does not compile. */
import { type ConfigurationOf, definitionOf } from "../definition/definition.ts";
import { camvid } from "./camvid.ts";
import { cityscapes } from "./cityscapes.ts";
import { coco } from "./coco.ts";
import { folder } from "./folder.ts";
import type { DataFormat } from "./format.ts";
import { list } from "./list.ts";
import { nnunet } from "./nnunet.ts";
import { voc } from "./voc.ts";

export const dataFormats = [folder, list, voc, cityscapes, camvid, coco, nnunet] as const;

/** Paths are relative to the `.fcn` file. */
export type DataConfiguration = ConfigurationOf<(typeof dataFormats)[number]>;
export type DataOf<K extends DataConfiguration["kind"]> = Extract<DataConfiguration, { kind: K }>;

export function formatOf({ kind }: DataConfiguration): DataFormat {
  // A configuration is given only to the definition that its kind names.
  return definitionOf<{ readonly name: string }>(dataFormats, kind) as DataFormat;
}
