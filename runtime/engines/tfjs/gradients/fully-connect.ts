/**
 * A fully connected layer on whole maps, with its gradient.
 *
 * TensorFlow.js's own gradient multiplies with transposed operands, which WebAssembly does at a tenth of the speed; here only
 * the small factors, as large as a batch, are transposed, and never the weight.
 */
import type { Tensor, Tensor4D, TensorFlow } from "../lowering.ts";

/** @param weight [height, width, input channels, output channels] */
export function fullyConnect(tf: TensorFlow, x: Tensor4D, weight: Tensor4D): Tensor4D {
  const batch = x.shape[0];
  const inputs = x.size / batch;
  const outputs = weight.shape[3];
  const operation = tf.customGrad((...args) => {
    const [map, kernel, save] = args as unknown as [Tensor4D, Tensor4D, (tensors: Tensor[]) => void]; // as applied below
    save([map, kernel]);
    const flat = tf.reshape(map, [batch, inputs]);
    const value: Tensor4D = tf.reshape(tf.matMul<Tensor>(flat, tf.reshape(kernel, [inputs, outputs])), [
      batch,
      1,
      1,
      outputs,
    ]);
    return {
      value,
      gradFunc: (dy: Tensor4D, saved: Tensor[]) => {
        const [input, factors] = saved as [Tensor4D, Tensor4D]; // as saved above
        const gradient = tf.reshape(dy, [batch, outputs]);
        const columns = tf.matMul<Tensor>(tf.reshape(factors, [inputs, outputs]), tf.transpose(gradient));
        const right = tf.transpose(tf.reshape(input, [batch, inputs]));
        return [
          tf.reshape(tf.transpose(columns), input.shape),
          tf.reshape(tf.matMul<Tensor>(right, gradient), factors.shape),
        ];
      },
    };
  });
  return operation(x, weight) as Tensor4D; // of the value's rank
}
