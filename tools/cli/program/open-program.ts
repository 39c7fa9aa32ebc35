/** What `train`, `evaluate` and `data check` start from: a network, its train section, its data, with the command line's changes. */
import { dirname } from "node:path";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { TrainConfiguration } from "../../../compiler/learning/configuration.ts";
import type { DataSet } from "../../../runtime/data/data-set.ts";
import { openDataSet } from "../../../runtime/data/open.ts";
import { setPixelLimit } from "../../../runtime/images/pixel-limit.ts";
import { layerPlans, readsLabels } from "../../../runtime/training/output-plans.ts";
import { sourceHash } from "../../../runtime/training/source-hash.ts";
import { UserError } from "../../../runtime/user-error.ts";
import type { Terminal } from "../console/terminal.ts";
import type { NetworkChoice } from "./compile-options.ts";
import { loadNetwork } from "./load-network.ts";

export interface TrainingChoice extends NetworkChoice {
  readonly data?: string | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly seed?: number | undefined;
  readonly learningRate?: number | undefined;
  /** Of an image file; left out: the usual limit. */
  readonly maxPixels?: number | undefined;
}

export interface OpenProgram {
  readonly network: CompiledNetwork;
  readonly configuration: TrainConfiguration;
  readonly data: DataSet;
  /** Hash of the program. */
  readonly source: string;
}

/** @throws UserError when the program has no train section for the network, or there is no data. */
export async function openProgram(
  file: string,
  choice: TrainingChoice,
  terminal: Terminal,
): Promise<OpenProgram> {
  if (choice.maxPixels !== undefined) setPixelLimit(choice.maxPixels);
  const { network, compilation } = await loadNetwork(
    file,
    choice,
    terminal,
    ({ train }) => train !== undefined,
  );
  if (network.train === undefined) {
    throw new UserError(
      `${file} has no train section for ${network.name}`,
      `add one: train ${network.name} { data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)  epochs 20  batch 4 }, each entry on its own line`,
    );
  }
  const configuration = override(network.train, choice);
  const data = await openDataSet(configuration.data, configuration.masks, {
    baseDirectory: dirname(file),
    override: choice.data,
    layers: layerPlans(network.graph, configuration),
    labels: readsLabels(configuration),
  });
  return { network, configuration, data, source: sourceHash(compilation.files) };
}

function override(written: TrainConfiguration, choice: TrainingChoice): TrainConfiguration {
  return {
    ...written,
    epochs: choice.epochs ?? written.epochs,
    batch: choice.batch ?? written.batch,
    seed: choice.seed ?? written.seed,
    optimizer: { ...written.optimizer, learningRate: choice.learningRate ?? written.optimizer.learningRate },
  };
}
