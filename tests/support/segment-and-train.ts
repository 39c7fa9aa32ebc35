/** What a program does with an emitted network: it loads weights, segments an image, and trains. In Node and in a page alike. */
import * as tf from "@tensorflow/tfjs";

/** 8-bit RGBA in rows, as `ImageData`. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** What is used of an emitted network with one input in grey and one output that learns labels. */
interface Network {
  readonly load: (file: Uint8Array) => void;
  readonly predict: (image: Pixels) => { readonly labels: tf.Tensor };
  readonly apply: (image: tf.Tensor, options: { readonly training: boolean }) => object;
  readonly loss: (outputs: object, targets: { readonly labels: tf.Tensor }) => tf.Scalar;
  readonly optimizer: () => tf.Optimizer;
}

export interface SegmentedAndTrained {
  /** [height, width] */
  readonly shape: readonly number[];
  /** Of every pixel, in rows. */
  readonly labels: readonly number[];
  /** Before each step. */
  readonly losses: readonly number[];
}

/** [height, width] of the part of the image that is trained on, an accepted size. */
const part = [32, 48] as const;
const steps = 10;

/** Trains on the upper left part of the image to find its bright pixels. */
export async function segmentAndTrain(
  network: Network,
  file: Uint8Array,
  pixels: Pixels,
): Promise<SegmentedAndTrained> {
  network.load(file);
  const { labels } = network.predict(pixels);
  const segmented = { shape: labels.shape, labels: [...(await labels.data())] };
  labels.dispose();
  const values = tf.tensor4d(greyPart(pixels), [1, ...part, 1]);
  const targets = {
    labels: tf.tidy(() => tf.squeeze(tf.cast(tf.greater(values, 0.5), "int32"), [3])),
  };
  const optimizer = network.optimizer();
  const losses: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const loss = optimizer.minimize(
      () => network.loss(network.apply(values, { training: true }), targets),
      true,
    );
    if (loss === null) throw new Error("the loss was asked for");
    losses.push(...(await loss.data()));
    loss.dispose();
  }
  return { ...segmented, losses };
}

/** Values 0 to 1 of the green channel. */
function greyPart({ data, width }: Pixels): Float32Array {
  const [height, columns] = part;
  return Float32Array.from({ length: height * columns }, (_, i) => {
    const pixel = Math.floor(i / columns) * width + (i % columns);
    return (data[4 * pixel + 1] ?? 0) / 255;
  });
}
