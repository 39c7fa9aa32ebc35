/** Activations. At a kink the derivative is that of the flatter side (leaky relu, elu, prelu at 0: of the left). */
import { activate } from "../gradients/pointwise.ts";
import { scaleChannels } from "../gradients/scale-channels.ts";
import type { Lowering, Tensor1D, Tensor4D } from "../lowering.ts";
import { only } from "./inputs.ts";

export const relu: Lowering<"relu"> = (_node, inputs, { tf }) =>
  activate(tf, only(inputs), {
    value: (x) => tf.relu(x),
    from: "output",
    derivative: (y) => tf.step(y),
  });

export const relu6: Lowering<"relu6"> = (_node, inputs, { tf }) =>
  activate(tf, only(inputs), {
    value: (x) => tf.relu6(x),
    from: "output",
    derivative: (y) => tf.mul<Tensor4D>(tf.step(y), tf.step(tf.sub(6, y))),
  });

export const leakyRelu: Lowering<"leaky_relu"> = (node, inputs, { tf }) => {
  const { slope } = node.attributes;
  return activate(tf, only(inputs), {
    value: (x) => tf.leakyRelu(x, slope),
    from: "input",
    derivative: (x) => tf.step(x, slope),
  });
};

export const elu: Lowering<"elu"> = (node, inputs, { tf }) => {
  const { alpha } = node.attributes;
  const below = (x: Tensor4D): Tensor4D => tf.mul<Tensor4D>(tf.expm1(tf.neg(tf.relu(tf.neg(x)))), alpha);
  return activate(tf, only(inputs), {
    value: (x) => tf.add<Tensor4D>(tf.relu(x), below(x)),
    from: "input",
    derivative: (x) => {
      const positive = tf.step(x);
      return tf.add<Tensor4D>(positive, tf.mul(tf.sub(1, positive), tf.add(below(x), alpha)));
    },
  });
};

/** relu(x) − slope · relu(−x), one slope per channel. */
export const prelu: Lowering<"prelu"> = (_node, inputs, context) => {
  const { tf } = context;
  const x = only(inputs);
  const slope = context.weight("slope") as Tensor1D; // [channels]
  const negative = activate(tf, x, {
    value: (map) => tf.neg(tf.relu(tf.neg(map))),
    from: "input",
    derivative: (map) => tf.sub<Tensor4D>(1, tf.step(map)),
  });
  const positive = activate(tf, x, {
    value: (map) => tf.relu(map),
    from: "output",
    derivative: (map) => tf.step(map),
  });
  return tf.add<Tensor4D>(positive, scaleChannels(tf, negative, slope));
};

export const sigmoid: Lowering<"sigmoid"> = (_node, inputs, { tf }) => tf.sigmoid(only(inputs));

export const tanh: Lowering<"tanh"> = (_node, inputs, { tf }) => tf.tanh(only(inputs));

export const softmax: Lowering<"softmax"> = (_node, inputs, { tf }) => tf.softmax(only(inputs), 3);
