/**
 * The conditional random field as a layer: mean-field iterations as operations on the tape (Zheng et al. 2015, algorithm 1).
 *
 * Each iteration: softmax, messages through both Gaussian kernels, a weight for each kernel and class, the label compatibility,
 * taken from the scores the layer was given. Gradients are those of the unrolled iterations. The guide gets none.
 */
import { appearanceFilter, smoothnessFilter } from "../../../crf/image-kernels.ts";
import { PermutohedralLattice } from "../../../crf/permutohedral.ts";
import { convolve } from "../gradients/convolve.ts";
import { type Messages, messagesOnArrays, passMessages } from "../gradients/gaussian-messages.ts";
import { messagesOnTensors } from "../gradients/lattice-messages.ts";
import { scaleChannels } from "../gradients/scale-channels.ts";
import type { Lowering, LoweringContext, Tensor1D, Tensor2D, Tensor4D } from "../lowering.ts";
import { only } from "./inputs.ts";

export const crf: Lowering<"crf"> = (node, inputs, context) => {
  const { tf, guide, weight } = context;
  const scores = only(inputs);
  const { iterations, appearancePosition, appearanceColour, smoothnessPosition } = node.attributes;
  if (iterations === 0) return scores;
  if (guide === undefined) throw new Error(`${node.name}: no images are given for the guide`);
  const classes = scores.shape[3];
  const build = PermutohedralLattice.of;
  const near = smoothnessFilter(only(guide), smoothnessPosition, build); // all images of a batch have one size
  const alike = guide.map((image) => appearanceFilter(image, appearancePosition, appearanceColour, build));
  const kernels = [
    { messages: messagesOf(alike, context), weights: weight("appearance") as Tensor1D }, // [classes]
    {
      messages: messagesOf(
        guide.map(() => near),
        context,
      ),
      weights: weight("smoothness") as Tensor1D,
    }, // [classes]
  ];
  // As the filter of a 1x1 convolution: [1, 1, class heard, class scored].
  const compatibility: Tensor4D = tf.reshape(tf.transpose(weight("compatibility") as Tensor2D), [
    1,
    1,
    classes,
    classes,
  ]);
  let logits = scores;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const probabilities = tf.softmax(logits, 3);
    const heard = kernels
      .map(({ messages, weights }) => scaleChannels(tf, passMessages(tf, probabilities, messages), weights))
      .reduce((sum, map) => tf.add(sum, map));
    const penalty = convolve(tf, heard, compatibility, {
      stride: [1, 1],
      dilation: [1, 1],
      padding: "valid",
    });
    logits = tf.sub(scores, penalty);
  }
  return logits;
};

function messagesOf(
  lattices: readonly PermutohedralLattice[],
  { tf, keep }: Pick<LoweringContext, "tf" | "keep">,
): Messages {
  // WebGPU's tensors are read asynchronously, which the tape cannot wait for.
  return tf.getBackend() === "webgpu"
    ? messagesOnTensors(tf, lattices, keep)
    : messagesOnArrays(tf, lattices);
}
