/** A prediction of the network, refined by a fully connected conditional random field. */
import { chosenClasses } from "../prediction/argmax.ts";
import type { Prediction } from "../prediction/predictor.ts";
import type { ColourImage } from "./image-kernels.ts";
import type { CrfParameters } from "./parameters.ts";
import { refineProbabilities } from "./refine-probabilities.ts";

/**
 * Its labels are the most probable classes after mean-field inference.
 * @param image what was predicted
 * @throws UserError as `refineProbabilities`
 */
export function refinePrediction(
  prediction: Prediction,
  image: ColourImage,
  parameters: CrfParameters,
): Prediction {
  const refined = refineProbabilities(prediction.probabilities(), image, parameters);
  return { output: prediction.output, labels: chosenClasses(refined), probabilities: () => refined };
}
