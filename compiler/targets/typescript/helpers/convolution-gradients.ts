/** What the gradients of convolutions are made of. */
import type { Helper } from "./helper.ts";

const windowsOf = {
  needs: ["pair", "padded", "withZerosBetween"],
  text: `
/** The gradient of a convolution's result with zeros between its positions and around them: what the turned filter is convolved with. */
function windowsOf(
  dy: tf.Tensor4D,
  { shape: [, height, width] }: tf.Tensor4D,
  { shape: [rows, columns] }: tf.Tensor4D,
  stride: Pair,
  dilation: Pair,
): tf.Tensor4D {
  const [down, across] = [(rows - 1) * dilation[0], (columns - 1) * dilation[1]];
  return padded(withZerosBetween(dy, stride, [height - down, width - across]), [[down, down], [across, across]]);
}
`,
} as const;

const stridedAndDilated = {
  needs: ["pair"],
  text: `
/** TensorFlow.js takes no stride together with a dilation: then every position is computed, and those of the stride are kept. */
function stridedAndDilated(stride: Pair, dilation: Pair, convolution: (stride: Pair) => tf.Tensor4D): tf.Tensor4D {
  if (Math.max(...stride) === 1 || Math.max(...dilation) === 1) return convolution(stride);
  const dense = convolution([1, 1]);
  return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...stride, 1]) as tf.Tensor4D;
}
`,
} as const;

const filterGradient = {
  needs: ["pair", "everyNth", "padded"],
  text: `
/** The gradient of a filter: for each of its elements, dy times the positions that it reads. */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  shape: [number, number, number, number],
  stride: Pair,
  dilation: Pair,
): tf.Tensor4D {
  const [height, width, inputs, outputs] = shape;
  const [batch, rows, columns] = dy.shape;
  const { slopes, read } =
    Math.max(...stride) === 1
      ? shiftedPositions(x, dy, [(height - 1) * dilation[0], (width - 1) * dilation[1]])
      : {
          slopes: dy,
          read: (start: Pair) =>
            tf.reshape(everyNth(x, start, [rows, columns], stride), [batch * rows * columns, inputs]),
        };
  // Transposed here, and not in the products: "wasm" is slow at products of transposed matrices.
  const left = tf.transpose(tf.reshape(slopes, [-1, outputs]));
  const elements: tf.Tensor[] = [];
  for (let i = 0; i < height; i += 1) {
    for (let j = 0; j < width; j += 1) elements.push(tf.matMul(left, read([i * dilation[0], j * dilation[1]])));
  }
  return tf.transpose(tf.reshape(tf.stack(elements), [height, width, outputs, inputs]), [0, 1, 3, 2]);
}

/**
 * As rows of a matrix, the positions that two elements of a filter read are the same, one of them some rows later, if dy has zeros
 * where no window begins: one slice that is in one piece.
 */
function shiftedPositions(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [down, across]: Pair,
): { slopes: tf.Tensor4D; read: (start: Pair) => tf.Tensor2D } {
  const [batch, height, width, inputs] = x.shape;
  const positions = batch * height * width;
  const values = tf.pad(tf.reshape(x, [positions, inputs]), [[0, down * width + across], [0, 0]]);
  return {
    slopes: padded(dy, [[0, down], [0, across]]),
    read: ([row, column]) => tf.slice(values, [row * width + column, 0], [positions, inputs]) as tf.Tensor2D,
  };
}
`,
} as const;

const everyNth = {
  needs: ["pair"],
  text: `
/** \`count\` positions from \`start\` on, \`step\` apart. Not differentiable. */
function everyNth(x: tf.Tensor4D, start: Pair, count: Pair, step: Pair): tf.Tensor4D {
  const [batch, , , channels] = x.shape;
  const bottom = start[0] + (count[0] - 1) * step[0] + 1;
  const right = start[1] + (count[1] - 1) * step[1] + 1;
  const part = tf.stridedSlice(x, [0, ...start, 0], [batch, bottom, right, channels], [1, ...step, 1]);
  return part as tf.Tensor4D;
}
`,
} as const;

const withZerosBetween = {
  needs: ["pair"],
  text: `
/** Position i of \`x\` at position step · i of a feature map of that size, zeros elsewhere. */
function withZerosBetween(x: tf.Tensor4D, step: Pair, size: Pair): tf.Tensor4D {
  if (Math.max(...step) === 1) return x;
  const [batch, rows, columns, channels] = x.shape;
  const [height, width] = [rows * step[0], columns * step[1]];
  const wide = tf.pad(tf.reshape(x, [batch * rows, columns, 1, channels]), [[0, 0], [0, 0], [0, step[1] - 1], [0, 0]]);
  const tall = tf.pad(tf.reshape(wide, [batch * rows, 1, width, channels]), [[0, 0], [0, step[0] - 1], [0, 0], [0, 0]]);
  const spread = tf.reshape(tall, [batch, height, width, channels]);
  return tf.slice(spread, [0, 0, 0, 0], [batch, ...size, channels]) as tf.Tensor4D;
}
`,
} as const;

export const convolutionGradientHelpers = {
  windowsOf,
  stridedAndDilated,
  filterGradient,
  everyNth,
  withZerosBetween,
} satisfies Readonly<Record<string, Helper>>;
