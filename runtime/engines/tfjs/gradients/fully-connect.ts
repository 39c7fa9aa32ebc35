/**
 * A fully connected layer on whole feature maps, with its gradient.
 *
 * TensorFlow.js's own gradient multiplies with transposed operands, which WebAssembly does at a tenth of the speed; here only
 * the small factors, as large as a batch, are transposed, and never the weight.
 */
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";
import { withGradient } from "./with-gradient.ts";

/** @param weight [height, width, input channels, output channels] */
export function fullyConnect(tf: TensorFlow, x: Tensor4D, weight: Tensor4D): Tensor4D {
  const batch = x.shape[0];
  const inputs = x.size / batch;
  const outputs = weight.shape[3];
  return withGradient(
    tf,
    [x, weight],
    (map, kernel) => {
      const flat = tf.reshape(map, [batch, inputs]);
      const value: Tensor4D = tf.reshape(tf.matMul<Tensor>(flat, tf.reshape(kernel, [inputs, outputs])), [
        batch,
        1,
        1,
        outputs,
      ]);
      return {
        value,
        saved: [map, kernel],
      };
    },
    (dy, [input, factors]) => {
      const gradient = tf.reshape(dy, [batch, outputs]);
      const columns = tf.matMul<Tensor>(tf.reshape(factors, [inputs, outputs]), tf.transpose(gradient));
      const right = tf.transpose(tf.reshape(input, [batch, inputs]));
      return [
        tf.reshape(tf.transpose(columns), input.shape),
        tf.reshape(tf.matMul<Tensor>(right, gradient), factors.shape),
      ];
    },
  );
}
