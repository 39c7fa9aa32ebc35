/**
 * The conditional random field as a layer: mean-field iterations as operations on the tape (Zheng et al. 2015, algorithm 1).
 *
 * Each iteration: softmax, messages through both Gaussian kernels, a weight for each kernel and class, the label compatibility,
 * taken from the scores the layer was given. Gradients are those of the unrolled iterations. The guide gets none.
 */
import type { CrfAttributes } from "../../../../compiler/ops/attributes.ts";
import type { ScalableFilter } from "../../../crf/gaussian-filter.ts";
import {
  appearanceFilter,
  type BuildFilter,
  type ColourImage,
  smoothnessFilter,
} from "../../../crf/image-kernels.ts";
import { PermutohedralLattice } from "../../../crf/permutohedral.ts";
import { WindowFilter } from "../../../crf/window-filter.ts";
import { convolve } from "../gradients/convolve.ts";
import { type Messages, messagesOnArrays, passMessages } from "../gradients/gaussian-messages.ts";
import { latticeMessages } from "../gradients/lattice-messages.ts";
import { scaleChannels } from "../gradients/scale-channels.ts";
import { windowMessages } from "../gradients/window-messages.ts";
import type { Lowering, LoweringContext, Tensor1D, Tensor2D, Tensor4D } from "../lowering.ts";
import { only } from "./inputs.ts";

export const crf: Lowering<"crf"> = (node, inputs, context) => {
  const { tf, guide, weight } = context;
  const scores = only(inputs);
  const { iterations } = node.attributes;
  if (iterations === 0) return scores;
  if (guide === undefined) throw new Error(`${node.name}: no images are given for the guide`);
  const classes = scores.shape[3];
  const [appearance, smoothness] = kernelMessages(node.attributes, guide, context);
  const kernels = [
    { messages: appearance, weights: weight("appearance") as Tensor1D }, // [classes]
    { messages: smoothness, weights: weight("smoothness") as Tensor1D }, // [classes]
  ];
  const heardAndScored = tf.transpose(weight("compatibility") as Tensor2D); // [classes, classes]
  const compatibility: Tensor4D = tf.reshape(heardAndScored, [1, 1, classes, classes]); // a 1x1 convolution's
  const valid = { stride: [1, 1], dilation: [1, 1], padding: "valid" } as const;
  let logits = scores;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const probabilities = tf.softmax(logits, 3);
    const heard = kernels
      .map(({ messages, weights }) => scaleChannels(tf, passMessages(tf, probabilities, messages), weights))
      .reduce((sum, map) => tf.add(sum, map));
    logits = tf.sub(scores, convolve(tf, heard, compatibility, valid));
  }
  return logits;
};

/** Messages over all positions on a lattice, or over windows exactly. */
function kernelMessages(
  attributes: CrfAttributes,
  guide: readonly ColourImage[],
  { tf, keep }: Pick<LoweringContext, "tf" | "keep">,
): readonly [appearance: Messages, smoothness: Messages] {
  // WebGPU's tensors are read asynchronously, which the tape cannot wait for.
  const onDevice = tf.getBackend() === "webgpu";
  if (attributes.window === "all") {
    const { alike, near } = kernelFilters(attributes, guide, PermutohedralLattice.of);
    const messages = (filters: readonly PermutohedralLattice[]) =>
      onDevice ? latticeMessages(tf, filters, keep) : messagesOnArrays(tf, filters);
    return [messages(alike), messages(near)];
  }
  const { height, width } = only(guide);
  const build = WindowFilter.over([height, width], attributes.window);
  const { alike, near } = kernelFilters(attributes, guide, build);
  const messages = (filters: readonly WindowFilter[]) =>
    onDevice ? windowMessages(tf, filters, keep) : messagesOnArrays(tf, filters);
  return [messages(alike), messages(near)];
}

/** One for each image. All images of a batch have one size, and share the smoothness kernel. */
function kernelFilters<F extends ScalableFilter<F>>(
  { appearancePosition, appearanceColour, smoothnessPosition }: CrfAttributes,
  guide: readonly ColourImage[],
  build: BuildFilter<F>,
): { readonly alike: readonly F[]; readonly near: readonly F[] } {
  const smoothness = smoothnessFilter(only(guide), smoothnessPosition, build);
  return {
    alike: guide.map((image) => appearanceFilter(image, appearancePosition, appearanceColour, build)),
    near: guide.map(() => smoothness),
  };
}
