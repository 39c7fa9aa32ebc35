/** How a format of data is opened. */

import type { MaskConfiguration } from "../../../compiler/learning/configuration.ts";
import type { DataConfiguration, DataOf } from "../../../compiler/learning/data/registry.ts";
import type { DataSet } from "../data-set.ts";
import type { LayerPlan } from "../layers/layer.ts";

export interface OpenRequest {
  readonly masks: MaskConfiguration;
  /** What paths of the configuration are relative to: the folder of the `.fcn` file. */
  readonly baseDirectory: string;
  /** The folder of `--data`, which replaces the configuration's. */
  readonly override: string | undefined;
  /** What is read of each image. */
  readonly layers: readonly LayerPlan[];
  /** Whether label images are read. */
  readonly wantsLabels: boolean;
}

export type OpenFormat<K extends DataConfiguration["kind"]> = (
  configuration: DataOf<K>,
  request: OpenRequest,
) => Promise<Omit<DataSet, "layers">>;
