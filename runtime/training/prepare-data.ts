/** Before the first step: the data is looked through, its normalisation measured, the classes weighed. */
import type { Graph } from "../../compiler/ir/graph.ts";
import { countTrainingBatches } from "../data/batches.ts";
import { checkData } from "../data/check.ts";
import type { Normalisation } from "../data/data-set.ts";
import { measureNormalisation } from "../data/measure-normalisation.ts";
import { medianFrequencyWeights } from "../data/median-frequency-weights.ts";
import { fitImage, onlyInput } from "../prediction/fit.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { DataError } from "./data-error.ts";
import type { TrainOptions } from "./train-options.ts";

export interface PreparedData {
  readonly normalisation: Normalisation;
  /** Of the loss, in class order; `undefined`: all one. */
  readonly classWeights: readonly number[] | undefined;
  readonly stepsPerEpoch: number;
}

/**
 * A resumed run keeps its checkpoint's normalisation.
 * @throws DataError when the data has errors; UserError when an image fits no size the network accepts.
 */
export async function prepareData(
  graph: Graph,
  { data, configuration, observer }: TrainOptions,
  checkpoint: Checkpoint | undefined,
): Promise<PreparedData> {
  const { channels } = onlyInput(graph).attributes;
  const report = await checkData(data, { channels });
  observer?.({ kind: "checked", report });
  if (report.problems.some(({ severity }) => severity === "error")) throw new DataError(data.source, report);
  for (const [height, width] of report.sizes) fitImage(graph, [height, width]);
  if (configuration.augment.crop !== undefined) fitImage(graph, configuration.augment.crop);
  const { weights } = configuration.loss;
  return {
    normalisation: checkpoint?.metadata.normalisation ?? (await measureNormalisation(data, channels)),
    classWeights: weights === "median_frequency" ? medianFrequencyWeights(report) : weights,
    stepsPerEpoch: await countTrainingBatches(data, { ...configuration, channels }),
  };
}
