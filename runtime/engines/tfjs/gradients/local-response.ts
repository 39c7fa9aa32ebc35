/**
 * Local response normalisation across channels, with its gradient.
 *
 * With s = k + alpha/size · Σ x² over the window, y = x · s^−beta, and
 * dx = dy · s^−beta − 2 · alpha · beta / size · x · Σ over the window of dy · x · s^(−beta−1). A sum over windows of channels is a
 * product with a band matrix, which every backend is fast at.
 */
import type { Tensor, Tensor2D, Tensor4D, TensorFlow } from "../lowering.ts";
import { withGradient } from "./with-gradient.ts";

interface LocalResponse {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

export function localResponse(tf: TensorFlow, x: Tensor4D, attributes: LocalResponse): Tensor4D {
  const { size, alpha, beta, k } = attributes;
  return withGradient(
    tf,
    [x],
    (map) => {
      const scale = tf.add<Tensor4D>(tf.mul(windowSums(tf, tf.square(map), size), alpha / size), k);
      const factor = power(tf, scale, -beta);
      return {
        value: tf.mul<Tensor4D>(map, factor),
        saved: [map, scale, factor],
      };
    },
    (dy, [input, divided, factors]) => {
      const direct = tf.mul<Tensor4D>(dy, factors);
      const shared = windowSums(tf, tf.div(tf.mul(direct, input), divided), size);
      return [tf.sub(direct, tf.mul(tf.mul(shared, input), (2 * alpha * beta) / size))];
    },
  );
}

/** Σ over the `size` channels around each, those past the first and the last left out. Given: an odd size. */
function windowSums(tf: TensorFlow, x: Tensor4D, size: number): Tensor4D {
  const channels = x.shape[3];
  const reach = (size - 1) / 2;
  const band = Float32Array.from({ length: channels * channels }, (_, at) =>
    Math.abs(Math.floor(at / channels) - (at % channels)) <= reach ? 1 : 0,
  );
  return tf.tidy(() => {
    const rows: Tensor2D = tf.reshape(x, [x.size / channels, channels]);
    return tf.reshape(tf.matMul<Tensor>(rows, tf.tensor2d(band, [channels, channels])), x.shape);
  });
}

/** Of positive values. */
function power(tf: TensorFlow, x: Tensor4D, exponent: number): Tensor4D {
  return tf.exp(tf.mul<Tensor4D>(tf.log(x), exponent));
}
