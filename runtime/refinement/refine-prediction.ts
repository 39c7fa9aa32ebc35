/** A prediction of the network, refined by a fully connected conditional random field. */

import type { ColourImage } from "../crf/image-kernels.ts";
import type { CrfParameters } from "../crf/parameters.ts";
import { chosenClasses } from "../prediction/argmax.ts";
import type { Prediction } from "../prediction/prediction.ts";
import { refineProbabilities } from "./refine-probabilities.ts";

/**
 * Its labels are the most probable classes after mean-field inference. Values stay as they are.
 * @param image what was predicted
 * @throws UserError as `refineProbabilities`
 */
export function refinePrediction(
  prediction: Prediction,
  image: ColourImage,
  parameters: CrfParameters,
): Prediction {
  if (prediction.kind === "map") return prediction;
  const refined = refineProbabilities(prediction.probabilities(), image, parameters);
  return {
    ...prediction,
    labels: chosenClasses(refined),
    probabilities: () => refined,
    values: () => refined,
  };
}
