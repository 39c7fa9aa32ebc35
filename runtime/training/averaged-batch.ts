/** The mean of several predictions of a batch of one image, as `validate` measures it. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, PredictionBatch } from "../arrays.ts";
import type { Batch } from "../data/data-set.ts";
import type { InputPlan } from "../data/input-plan.ts";
import type { Raster } from "../images/raster.ts";
import { chosenClasses, chosenProbabilities } from "../prediction/argmax.ts";
import type { Predictor } from "../prediction/predictor.ts";
import { PredictionNotFinite } from "../prediction/refuse-not-finite.ts";
import { predictedBy } from "../targets/registry.ts";
import { UserError } from "../user-error.ts";
import type { OutputPlan } from "./output-plans.ts";
import type { BatchPrediction } from "./validate.ts";

/** The input as samples of 0 … 1: the weights that are averaged may have been trained with different normalisations. */
export function asSamples(input: InputPlan): InputPlan {
  const channels = input.normalisation.mean.length;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  return { ...input, normalisation: { mean: each(0), deviation: each(1) } };
}

/** @throws UserError naming the image whose prediction is not finite */
export async function averagedBatch(
  graph: Graph,
  predictor: Predictor,
  outputs: readonly OutputPlan[],
  batch: Batch,
): Promise<BatchPrediction> {
  const images = new Map(Array.from(batch.inputs, ([name, map]) => [name, rasterOf(map)] as const));
  const values = await predictor.positionMaps(images).catch((error: unknown) => {
    if (!(error instanceof PredictionNotFinite)) throw error;
    throw new UserError(`${batch.names.join(", ")}: ${error.message}`, error.help);
  });
  const maps = new Map(graph.outputs.map(({ name }, output) => [name, values[output] ?? missing(name)]));
  const predictions = new Map(
    outputs.map(({ name, target, index }): readonly [string, PredictionBatch] => {
      const map = maps.get(name) ?? missing(name);
      if (predictedBy(target) !== "classes") return [name, { kind: "map", ...map }];
      const confidence = chosenProbabilities(map, graph.outputs[index]?.activation);
      return [name, { kind: "labels", ...chosenClasses(map), confidence }];
    }),
  );
  return { predictions, maps };
}

/** @throws Error for a batch of several images, which may be of different content and are resized one by one */
function rasterOf({ data, shape: [batch, height, width, channels] }: MapBatch): Raster {
  if (batch !== 1) throw new Error(`a batch of ${batch} images is not one image`);
  return { width, height, channels, fullScale: 1, data };
}

function missing(output: string): never {
  throw new Error(`nothing was predicted for ${output}`);
}
