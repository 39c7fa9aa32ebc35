/** The metrics of trained weights over labelled pairs. */
import type { Graph } from "../../compiler/ir/graph.ts";
import type { LossConfiguration } from "../../compiler/train/configuration.ts";
import { validationBatches } from "../data/batches.ts";
import type { DataSet } from "../data/data-set.ts";
import type { Engine } from "../engines/engine.ts";
import { checkClasses } from "./check-classes.ts";
import { type MeasuredBatch, type Validation, validate } from "./validate.ts";
import type { TrainedWeights } from "./weights-file.ts";

export interface EvaluateOptions {
  /** Its validation pairs are measured. */
  readonly data: DataSet;
  readonly engine: Engine;
  readonly trained: TrainedWeights;
  /** Class weights that were measured on the training data are those the weights file remembers. */
  readonly loss: LossConfiguration;
  readonly counted?: (images: number) => void;
  /** Given each image as a batch of one, for further measures. */
  readonly measured?: (batch: MeasuredBatch) => Promise<void>;
}

/** @throws UserError naming a file that cannot be used, or an image that fits no size. */
export async function evaluate(graph: Graph, options: EvaluateOptions): Promise<Validation> {
  const { data, engine, trained, loss, counted, measured } = options;
  const { classes } = data.masks;
  checkClasses(graph, classes);
  const weights = loss.weights === "median_frequency" ? trained.metadata.classWeights : loss.weights;
  const session = await engine.open(graph, {
    seed: 0,
    // An engine computes a loss only where it could train; plain gradient descent keeps no moments in memory.
    training: {
      loss: { ...loss, weights },
      optimizer: { kind: "sgd", rate: 0, momentum: 0, nesterov: false, weightDecay: 0 },
    },
  });
  try {
    await session.writeWeights(trained.weights);
    const { normalisation } = trained.metadata;
    const batches = validationBatches(data, { batch: 1, channels: normalisation.mean.length, normalisation });
    const validation = await validate(graph, session, batches, classes, counted, undefined, measured);
    if (validation === undefined) throw new Error("an evaluation without a signal was aborted");
    return validation;
  } finally {
    session.close();
  }
}
