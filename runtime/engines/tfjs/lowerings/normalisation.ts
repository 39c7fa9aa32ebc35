/** Normalisation and dropout. */
import type { ImageNormalisationAttributes } from "../../../../compiler/ops/attributes.ts";
import { Random } from "../../../random.ts";
import { addBias } from "../gradients/add-bias.ts";
import { localResponse } from "../gradients/local-response.ts";
import { scaleChannels } from "../gradients/scale-channels.ts";
import { standardise } from "../gradients/standardise.ts";
import { standardiseGroups } from "../gradients/standardise-groups.ts";
import type { Lowering, LoweringContext, Tensor1D, Tensor4D } from "../lowering.ts";
import { only } from "./inputs.ts";

/**
 * In training: batch statistics, with the biased variance. The running variance takes the unbiased one, n / (n − 1) times as
 * large, with n the positions of a channel in the batch (Ioffe & Szegedy 2015, algorithm 2, step 10); for n = 1 the biased one.
 * running = momentum · running + (1 − momentum) · batch.
 * Frozen, or not in training: the running statistics.
 */
export const batchnorm: Lowering<"batchnorm"> = (node, inputs, context) => {
  const { tf } = context;
  const x = only(inputs);
  const { momentum, epsilon, scale, shift, frozen } = node.attributes;
  const vector = (name: string): Tensor1D => context.weight(name) as Tensor1D; // [channels]
  if (context.training && !frozen) {
    const { map, mean, variance } = standardise(tf, x, epsilon);
    const count = x.size / x.shape[3];
    const blend = (name: string, batch: Tensor1D, factor: number): void => {
      const value = tf.add(tf.mul(vector(name), momentum), tf.mul(batch, (1 - momentum) * factor));
      context.updateStatistic(name, value as Tensor1D); // sums of [channels]
    };
    blend("running_mean", mean, 1);
    blend("running_variance", variance, count > 1 ? count / (count - 1) : 1);
    const scaled = scale ? scaleChannels(tf, map, vector("scale")) : map;
    return shift ? addBias(tf, scaled, vector("shift")) : scaled;
  }
  const inverse = tf.rsqrt(tf.add<Tensor1D>(vector("running_variance"), epsilon));
  const factor = scale ? tf.mul<Tensor1D>(vector("scale"), inverse) : inverse;
  const offset = tf.mul<Tensor1D>(vector("running_mean"), factor);
  const base = shift ? tf.sub<Tensor1D>(vector("shift"), offset) : tf.neg(offset);
  return addBias(tf, scaleChannels(tf, x, factor), base);
};

export const instancenorm: Lowering<"instancenorm"> = (node, inputs, context) => {
  const x = only(inputs);
  return normaliseImages(x, x.shape[3], node.attributes, context);
};

export const groupnorm: Lowering<"groupnorm"> = (node, inputs, context) =>
  normaliseImages(only(inputs), node.attributes.groups, node.attributes, context);

function normaliseImages(
  x: Tensor4D,
  groups: number,
  { epsilon, scale, shift }: ImageNormalisationAttributes,
  { tf, weight }: LoweringContext,
): Tensor4D {
  const map = standardiseGroups(tf, x, groups, epsilon);
  const scaled = scale ? scaleChannels(tf, map, weight("scale") as Tensor1D) : map; // [channels]
  return shift ? addBias(tf, scaled, weight("shift") as Tensor1D) : scaled; // [channels]
}

export const lrn: Lowering<"lrn"> = (node, inputs, { tf }) =>
  localResponse(tf, only(inputs), node.attributes);

/** Srivastava et al. 2014, section 10, "inverted": what is kept is divided by 1 − rate in training, so that prediction changes nothing. */
export const dropout: Lowering<"dropout"> = (node, inputs, { tf, training, seed }) => {
  const x = only(inputs);
  const { rate, spatial } = node.attributes;
  if (!training || rate === 0) return x;
  const [batch, height, width, channels] = x.shape;
  const shape: [number, number, number, number] = spatial
    ? [batch, 1, 1, channels]
    : [batch, height, width, channels];
  const random = new Random(seed, node.name);
  const kept = rate < 1 ? 1 / (1 - rate) : 0;
  const mask = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
    random.uniform() < rate ? 0 : kept,
  );
  return tf.mul<Tensor4D>(x, tf.tensor4d(mask, shape));
};
