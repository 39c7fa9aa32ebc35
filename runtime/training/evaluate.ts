/** The metrics of trained weights over images whose targets are known. */

import type { TrainConfiguration } from "../../compiler/learning/configuration.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import { validationBatches } from "../data/batches.ts";
import type { DataSet } from "../data/data-set.ts";
import type { InputPlan } from "../data/input-plan.ts";
import type { Engine } from "../engines/engine.ts";
import { type Averaging, isSingle, single } from "../prediction/averaging/averaging.ts";
import { normalisationsOf } from "../prediction/input-normalisations.ts";
import { Predictor } from "../prediction/predictor.ts";
import { weightsTooLarge } from "../prediction/refuse-not-finite.ts";
import { UserError } from "../user-error.ts";
import { asSamples, averagedBatch } from "./averaged-batch.ts";
import { checkClasses } from "./check-classes.ts";
import { describeOrigin } from "./diverged.ts";
import {
  imageScale,
  inputPlans,
  outputPlans,
  targetPlans,
  trainingOf,
  withAllMeasures,
} from "./output-plans.ts";
import { type ImageMeasures, type MeasuredBatch, type Validation, validate } from "./validate.ts";
import type { TrainedWeights } from "./weights-file.ts";

export interface EvaluateOptions {
  /** Its validation pairs are measured. */
  readonly data: DataSet;
  readonly engine: Engine;
  /** The predictions of several are averaged. */
  readonly trained: readonly [TrainedWeights, ...TrainedWeights[]];
  /** Of each image, flipped and resized; left out: itself alone. A mean of predictions has no loss. */
  readonly averaging?: Averaging | undefined;
  /** Class weights that were measured on the training data are those the weights file remembers. */
  readonly configuration: Pick<TrainConfiguration, "inputs" | "outputs">;
  readonly counted?: (images: number) => void;
  /** Given each image as a batch of one, for further measures. */
  readonly measured?: (batch: MeasuredBatch) => Promise<void>;
  /** Given what was measured of each image alone. */
  readonly each?: ((image: ImageMeasures) => void) | undefined;
}

/** @throws UserError naming a file that cannot be used, an image that fits no size or whose values are not finite, or an input the weights do not know. */
export async function evaluate(graph: Graph, options: EvaluateOptions): Promise<Validation> {
  const { data, engine, configuration, counted, measured, each, averaging = single } = options;
  const [trained, ...others] = options.trained;
  const { classes } = data.masks;
  const outputs = withAllMeasures(outputPlans(graph, configuration));
  checkClasses(graph, outputs, classes);
  const normalisations = normalisationsOf(graph, trained.metadata);
  const inputs = inputPlans(graph, configuration).map((input): InputPlan => {
    const normalisation = normalisations.get(input.name);
    if (normalisation !== undefined) return { ...input, normalisation };
    throw new UserError(
      `${trained.file} has no normalisation for the input "${input.name}"`,
      "train the network again",
    );
  });
  const common = { outputs, classes, scale: imageScale(graph, configuration), counted, measured, each };
  const targets = targetPlans(outputs);
  if (others.length > 0 || !isSingle(averaging)) {
    const predictor = await Predictor.open(graph, engine, predictorWeights(options.trained), averaging);
    try {
      return complete(
        await validate(
          graph,
          undefined,
          validationBatches(data, { batch: 1, inputs: inputs.map(asSamples), targets }),
          {
            ...common,
            predicted: (batch) => averagedBatch(graph, predictor, outputs, batch),
          },
        ),
      );
    } finally {
      predictor.close();
    }
  }
  const session = await engine.open(graph, {
    seed: 0,
    normalisations,
    // An engine computes a loss only where it could train; plain gradient descent keeps no optimizer state in memory.
    training: {
      outputs: new Map(outputs.map((output) => [output.name, trainingOf(output, trained.metadata)])),
      optimizer: { kind: "sgd", learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0 },
    },
  });
  try {
    await session.writeWeights(trained.weights);
    return complete(
      await validate(graph, session, validationBatches(data, { batch: 1, inputs, targets }), common),
    );
  } finally {
    session.close();
  }
}

function predictorWeights([first, ...others]: EvaluateOptions["trained"]): Parameters<
  typeof Predictor.open
>[2] {
  const of = ({ file, weights, metadata }: TrainedWeights) => ({ ...metadata, file, weights });
  return [of(first), ...others.map(of)];
}

function complete(validation: Validation | undefined): Validation {
  if (validation === undefined) throw new Error("an evaluation without a signal was aborted");
  const { notFinite } = validation;
  if (notFinite === undefined) return validation;
  const { image, origin } = notFinite;
  throw new UserError(
    `the loss of ${image} is not finite${origin === undefined ? "" : `: ${describeOrigin(origin)}`}`,
    weightsTooLarge,
  );
}
