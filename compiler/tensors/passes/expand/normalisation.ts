/** Normalisation and dropout. */

import { sparseMatrix } from "../../../geometry/sparse-matrix.ts";
import type { ImageNormalisationAttributes } from "../../../ops/attributes.ts";
import type { Calls } from "../../primitives/calls.ts";
import { float32, four, type Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, only, perChannel } from "./expansion.ts";

/**
 * In training: batch statistics, with the biased variance. The running variance takes the unbiased one, n / (n − 1) times as
 * large, with n the positions of a channel in the batch (Ioffe & Szegedy 2015, algorithm 2, step 10); for n = 1 the biased one.
 * running = momentum · running + (1 − momentum) · batch.
 * Frozen, or not in training: the running statistics.
 */
export const batchnorm: Expansion<"batchnorm"> = ({ attributes }, context) => {
  const { momentum, epsilon, scale, shift, frozen } = attributes;
  const { build, weight, setStatistic } = context;
  const x = only(context);
  if (context.training && !frozen) {
    const [mean, variance] = build.moments(x, [0, 2, 3]);
    const [batch, channels, height, width] = four(x.shape);
    const count = batch * height * width;
    const blend = (name: string, found: Value, factor: number): void => {
      const share = build.multiply(build.reshape(found, [channels]), (1 - momentum) * factor);
      setStatistic(name, build.add(build.multiply(weight(name), momentum), share));
    };
    blend("running_mean", mean, 1);
    blend("running_variance", variance, count > 1 ? count / (count - 1) : 1);
    return scaled(context, attributes, build.subtract(x, mean), inverseDeviation(build, variance, epsilon));
  }
  const inverse = inverseDeviation(build, weight("running_variance"), epsilon);
  const factor = scale ? build.multiply(weight("scale"), inverse) : inverse;
  const offset = build.multiply(weight("running_mean"), factor);
  const base = shift ? build.subtract(weight("shift"), offset) : build.negate(offset);
  return build.add(build.multiply(x, perChannel(build, factor)), perChannel(build, base));
};

function inverseDeviation(build: Calls, variance: Value, epsilon: number): Value {
  return build.divide(1, build.sqrt(build.add(variance, epsilon)));
}

/** Centred values times the inverse deviation and the scale, plus the shift. */
function scaled(
  { build, weight }: ExpansionContext,
  { scale, shift }: Pick<ImageNormalisationAttributes, "scale" | "shift">,
  centred: Value,
  inverse: Value,
): Value {
  const factor = scale ? build.multiply(inverse, perChannel(build, weight("scale"))) : inverse;
  const result = build.multiply(centred, factor);
  return shift ? build.add(result, perChannel(build, weight("shift"))) : result;
}

export const instancenorm: Expansion<"instancenorm"> = ({ attributes }, context) =>
  standardised(attributes, [2, 3], context);

export const layernorm: Expansion<"layernorm"> = ({ attributes }, context) =>
  standardised(attributes, [1], context);

function standardised(
  attributes: ImageNormalisationAttributes,
  axes: readonly number[],
  context: ExpansionContext,
): Value {
  const { build } = context;
  const x = only(context);
  const [mean, variance] = build.moments(x, axes);
  const inverse = inverseDeviation(build, variance, attributes.epsilon);
  return scaled(context, attributes, build.subtract(x, mean), inverse);
}

export const groupnorm: Expansion<"groupnorm"> = ({ attributes }, context) => {
  const { build } = context;
  const x = only(context);
  const [batch, channels, height, width] = four(x.shape);
  const { groups, epsilon } = attributes;
  const parts = build.reshape(x, [batch, groups, channels / groups, height * width]);
  const [mean, variance] = build.moments(parts, [2, 3]);
  const inverse = inverseDeviation(build, variance, epsilon);
  const standard = build.reshape(build.multiply(build.subtract(parts, mean), inverse), x.shape);
  const { scale, shift } = attributes;
  const product = scale ? build.multiply(standard, perChannel(build, context.weight("scale"))) : standard;
  return shift ? build.add(product, perChannel(build, context.weight("shift"))) : product;
};

/** x · s^−beta with s = k + alpha/size · Σ x²: the sum over neighbouring channels is a band matrix along them. */
export const lrn: Expansion<"lrn"> = ({ attributes: { size, alpha, beta, k } }, context) => {
  const { build } = context;
  const x = only(context);
  const [, channels] = four(x.shape);
  const reach = (size - 1) / 2;
  const band = sparseMatrix(channels, channels, (row) => {
    const first = Math.max(0, row - reach);
    const last = Math.min(channels - 1, row + reach);
    return Array.from({ length: last - first + 1 }, (_, i) => ({ column: first + i, weight: 1 }));
  });
  const sums = build.axisMap(build.multiply(x, x), { axis: 1, matrix: band });
  return build.multiply(x, build.power(build.add(build.multiply(sums, alpha / size), k), -beta));
};

/** Srivastava et al. 2014, section 10, "inverted": what is kept is divided by 1 − rate in training, so that prediction changes nothing. */
export const dropout: Expansion<"dropout"> = ({ name, attributes: { rate, drops } }, context) => {
  const x = only(context);
  if (!context.dropout || rate === 0) return x;
  const [batch, channels, height, width] = four(x.shape);
  const type = {
    values: float32(batch, channels, height, width),
    channels: float32(batch, channels, 1, 1),
    images: float32(batch, 1, 1, 1),
  }[drops];
  return context.build.multiply(x, context.feed("mask", name, type));
};
