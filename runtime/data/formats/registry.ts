/** Every format of data. A new one is a file beside this and a line here; without them this does not compile. */
import type { DataConfiguration } from "../../../compiler/learning/data/registry.ts";
import { openCamvid } from "./camvid.ts";
import { openCityscapes } from "./cityscapes.ts";
import { openCoco } from "./coco.ts";
import { openFolder } from "./folder.ts";
import type { OpenFormat, OpenRequest } from "./format.ts";
import { openList } from "./list.ts";
import { openNnunet } from "./nnunet.ts";
import { openVoc } from "./voc.ts";

const formats: { readonly [K in DataConfiguration["kind"]]: OpenFormat<K> } = {
  folder: openFolder,
  list: openList,
  voc: openVoc,
  cityscapes: openCityscapes,
  camvid: openCamvid,
  coco: openCoco,
  nnunet: openNnunet,
};

/** @throws UserError when folders, lists or partners are missing */
export function openFormat(configuration: DataConfiguration, request: OpenRequest) {
  // A format is given only configurations of its own kind.
  const open = formats[configuration.kind] as (
    configuration: DataConfiguration,
    request: OpenRequest,
  ) => ReturnType<OpenFormat<DataConfiguration["kind"]>>;
  return open(configuration, request);
}
