/** A fully connected conditional random field after the network, as in DeepLab (Chen et al. 2015, section 4.2). */
import type { MapBatch } from "../arrays.ts";
import { type ColourImage, imageKernels } from "../crf/image-kernels.ts";
import { meanField } from "../crf/mean-field.ts";
import type { CrfParameters } from "../crf/parameters.ts";
import { UserError } from "../user-error.ts";

/** Probabilities below count as this much, so that their logarithm is finite: e^−18.4. */
const leastProbability = 1e-8;

/**
 * The probabilities of one image after mean-field inference, with −log p as unary term.
 * @param probabilities [1, height, width, classes] of a softmax, or [1, height, width, 1] of a sigmoid: class 1 of two
 * @param image of the same height and width
 * @returns of the same shape
 * @throws UserError when a probability is not a number; RangeError when image and probabilities are of different size
 */
export function refineProbabilities(
  probabilities: MapBatch,
  image: ColourImage,
  parameters: CrfParameters,
): MapBatch {
  const [batch, height, width, channels] = probabilities.shape;
  if (batch !== 1 || height !== image.height || width !== image.width) {
    throw new RangeError(
      `probabilities [${probabilities.shape.join(", ")}] for an image of ${image.height}×${image.width}`,
    );
  }
  const binary = channels === 1;
  const unary = unaryTerm(binary ? bothClasses(probabilities.data) : probabilities.data);
  const kernels = imageKernels(image, parameters);
  const refined = meanField(unary, binary ? 2 : channels, kernels, parameters.iterations);
  return { shape: probabilities.shape, data: binary ? refined.filter((_, i) => i % 2 === 1) : refined };
}

function bothClasses(data: Float32Array): Float32Array {
  const both = new Float32Array(2 * data.length);
  for (const [i, probability] of data.entries()) {
    both[2 * i] = 1 - probability;
    both[2 * i + 1] = probability;
  }
  return both;
}

function unaryTerm(probabilities: Float32Array): Float32Array {
  return probabilities.map((probability, i) => {
    if (!Number.isFinite(probability)) {
      throw new UserError(
        `the network gave ${probability} as probability number ${i}, which a conditional random field cannot refine`,
        "train again with a lower learning rate, or use the weights of an earlier checkpoint",
      );
    }
    return -Math.log(Math.max(probability, leastProbability));
  });
}
