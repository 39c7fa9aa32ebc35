/** What training starts from: a network, its configuration, its data, with changes that are asked for. */
import { dirname } from "node:path";
import type { Compilation, CompiledNetwork, SourceFile } from "../../compiler/compile.ts";
import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { DataSet } from "../../runtime/data/data-set.ts";
import { type Fold, foldOf } from "../../runtime/data/folds.ts";
import { openDataSet } from "../../runtime/data/open.ts";
import { layerPlans } from "../../runtime/training/output-plans.ts";
import { sourceHash } from "../../runtime/training/source-hash.ts";
import { UserError } from "../../runtime/user-error.ts";

/** Left out: as the `train` section has it. */
export interface TrainingChanges {
  /** A folder in place of the one that `data` names. */
  readonly data?: string | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly seed?: number | undefined;
  readonly learningRate?: number | undefined;
  /** Of a trial of a sweep, before the others. */
  readonly change?: ((configuration: TrainConfiguration) => TrainConfiguration) | undefined;
  /** Of a cross-validation, in place of the split that `data` has. */
  readonly fold?: Fold | undefined;
}

export interface OpenProgram {
  readonly network: CompiledNetwork;
  readonly configuration: TrainConfiguration;
  readonly data: DataSet;
  /** Hash of the program. */
  readonly source: string;
  /** Of the author's own, the program first; and the markers of projects that its imports need. */
  readonly files: readonly SourceFile[];
}

/**
 * @param file the program, beside which its data is
 * @throws UserError when the program has no train section for the network, or there is no data.
 */
export async function openTraining(
  file: string,
  { network, compilation }: { readonly network: CompiledNetwork; readonly compilation: Compilation },
  changes: TrainingChanges,
): Promise<OpenProgram> {
  if (network.train === undefined) {
    throw new UserError(
      `${file} has no train section for ${network.name}`,
      `add one: train ${network.name} { data folder("data", images = "images/*.png", labels = "labels/*.png", validate = 20%)  epochs 20  batch 4 }, each entry on its own line`,
    );
  }
  const configuration = override(network.train, changes);
  const data = await openDataSet(configuration.data, configuration.masks, {
    baseDirectory: dirname(file),
    override: changes.data,
    layers: layerPlans(network.graph, configuration),
  });
  const files = [...compilation.files.values()].filter(({ kind }) => kind === undefined || kind === "marker");
  const parts = changes.fold === undefined ? data : foldOf(data, changes.fold, splitSeed(configuration));
  return { network, configuration, data: parts, source: sourceHash(compilation.files), files };
}

/** That of the split in place of which there are folds; `seed` changes none of both. */
function splitSeed({ data }: TrainConfiguration): number {
  return data !== undefined && "share" in data.validation ? data.validation.seed : 1;
}

function override(
  { sweep: _, ...section }: TrainConfiguration,
  changes: TrainingChanges,
): TrainConfiguration {
  const written = changes.change?.(section) ?? section;
  return {
    ...written,
    epochs: changes.epochs ?? written.epochs,
    batch: changes.batch ?? written.batch,
    seed: changes.seed ?? written.seed,
    ...(changes.fold === undefined ? {} : { fold: changes.fold }),
    optimizer: { ...written.optimizer, learningRate: changes.learningRate ?? written.optimizer.learningRate },
  };
}
