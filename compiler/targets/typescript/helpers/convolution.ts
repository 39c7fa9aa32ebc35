/** Convolutions with gradients for every stride and dilation, on every backend. */
import type { Helper } from "./helper.ts";

const conv = {
  needs: ["pass", "pair", "sides", "padded", "convolve"],
  text: `
interface Convolution {
  readonly stride?: number | Pair;
  readonly padding?: number | Sides;
  readonly dilation?: number | Pair;
  readonly bias?: boolean;
}

/** Convolution with zeros around the feature map; its filter is [height, width, input channels, channels]. */
function conv(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { stride = 1, padding = 0, dilation = 1, bias = true }: Convolution = {},
): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const map = convolve(padded(x, sides(padding)), filter, pair(stride), pair(dilation));
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}
`,
} as const;

const groupedConv = {
  needs: ["pass", "pair", "sides", "padded", "convolve", "groupsOf"],
  text: `
interface GroupedConvolution {
  readonly groups: number;
  readonly stride?: number | Pair;
  readonly padding?: number | Sides;
  readonly dilation?: number | Pair;
  readonly bias?: boolean;
}

/** Convolution in groups of channels that do not meet: TensorFlow.js has none. */
function groupedConv(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { groups, stride = 1, padding = 0, dilation = 1, bias = true }: GroupedConvolution,
): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const map = tf.concat(
    groupsOf(padded(x, sides(padding)), filter, groups).map(([part, kernel]) =>
      convolve(part, kernel, pair(stride), pair(dilation)),
    ),
    3,
  );
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}
`,
} as const;

const groupsOf = {
  needs: [],
  text: `
/** The channels of each group, and the filters that read them. */
function groupsOf(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number): [tf.Tensor4D, tf.Tensor4D][] {
  const channels = x.shape[3] / groups;
  const filters = filter.shape[3] / groups;
  return Array.from({ length: groups }, (_, group) => [
    tf.slice(x, [0, 0, 0, group * channels], [-1, -1, -1, channels]),
    tf.slice(filter, [0, 0, 0, group * filters], [-1, -1, -1, filters]),
  ]);
}
`,
} as const;

const depthwiseConv = {
  needs: ["pass", "pair", "sides", "padded", "withGradient", "withZerosBetween", "everyNth"],
  text: `
interface DepthwiseConvolution {
  readonly stride?: number | Pair;
  readonly padding?: number | Sides;
  readonly dilation?: number | Pair;
  readonly bias?: boolean;
}

/** Convolution of each channel with a filter of its own, [height, width, 1, channels]. */
function depthwiseConv(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { stride = 1, padding = 0, dilation = 1, bias = true }: DepthwiseConvolution = {},
): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const map = convolveDepthwise(padded(x, sides(padding)), filter, pair(stride), pair(dilation));
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}

/**
 * TensorFlow.js has no gradient of a dilated one, and on "wasm" none at all. Here dx is the convolution of dy with the filters
 * turned by 180°, and the gradient of each element of the filters a sum over the positions it reads.
 */
function convolveDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  return withGradient(
    [x, filter],
    (map, kernel) => correlateDepthwise(map, kernel, stride, dilation),
    (dy, map, kernel) => {
      const [height, width] = kernel.shape;
      const [down, across] = [(height - 1) * dilation[0], (width - 1) * dilation[1]];
      const spread = withZerosBetween(dy, stride, [map.shape[1] - down, map.shape[2] - across]);
      const around = padded(spread, [[down, down], [across, across]]);
      const elements: tf.Tensor[] = [];
      for (let i = 0; i < height; i += 1) {
        for (let j = 0; j < width; j += 1) {
          const start: Pair = [i * dilation[0], j * dilation[1]];
          const read = everyNth(map, start, [dy.shape[1], dy.shape[2]], stride);
          elements.push(tf.sum(tf.mul(read, dy), [0, 1, 2]));
        }
      }
      return [
        correlateDepthwise(around, tf.reverse(kernel, [0, 1]), [1, 1], dilation),
        tf.reshape(tf.stack(elements), kernel.shape),
      ];
    },
  );
}

function correlateDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  const [height, width, , channels] = filter.shape;
  const kernel = tf.reshape(filter, [height, width, channels, 1]) as tf.Tensor4D;
  const strided = Math.max(...stride) > 1;
  if (!strided || Math.max(...dilation) === 1) {
    return tf.depthwiseConv2d(x, kernel, stride, "valid", "NHWC", dilation);
  }
  // TensorFlow.js takes no stride together with a dilation.
  const dense = tf.depthwiseConv2d(x, kernel, 1, "valid", "NHWC", dilation);
  return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...stride, 1]) as tf.Tensor4D;
}
`,
} as const;

const transposedConv = {
  needs: ["pass", "pair", "sides", "cropped", "convolveTransposed"],
  text: `
interface TransposedConvolution {
  readonly stride?: number | Pair;
  /** Positions cropped from the result. */
  readonly crop?: number | Sides;
  readonly bias?: boolean;
}

/** Transposed convolution; its filter is [height, width, channels, input channels]. */
function transposedConv(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { stride = 1, crop = 0, bias = true }: TransposedConvolution = {},
): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const map = cropped(convolveTransposed(x, filter, pair(stride)), sides(crop));
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}
`,
} as const;

const groupedTransposedConv = {
  needs: ["pass", "pair", "sides", "cropped", "convolveTransposed", "groupsOf"],
  text: `
interface GroupedTransposedConvolution {
  readonly groups: number;
  readonly stride?: number | Pair;
  /** Positions cropped from the result. */
  readonly crop?: number | Sides;
  readonly bias?: boolean;
}

/** Transposed convolution in groups of channels that do not meet. */
function groupedTransposedConv(
  pass: Pass,
  x: tf.Tensor4D,
  name: string,
  { groups, stride = 1, crop = 0, bias = true }: GroupedTransposedConvolution,
): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const parts = groupsOf(x, filter, groups).map(([part, kernel]) =>
    convolveTransposed(part, kernel, pair(stride)),
  );
  const map = cropped(tf.concat(parts, 3), sides(crop));
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}
`,
} as const;

const convolve = {
  needs: ["pair", "withGradient", "withZerosBetween", "padded", "filterGradient"],
  text: `
/**
 * Convolution inside a padded feature map, for every stride and dilation. TensorFlow.js has no gradient of a dilated one, and on
 * "wasm" none for the filter. Here dx is the convolution of dy, with zeros between its positions and around them, with the filter
 * turned by 180°.
 */
function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  return withGradient(
    [x, filter],
    (map, kernel) => correlate(map, kernel, stride, dilation),
    (dy, map, kernel) => {
      const [height, width] = kernel.shape;
      const [down, across] = [(height - 1) * dilation[0], (width - 1) * dilation[1]];
      const spread = withZerosBetween(dy, stride, [map.shape[1] - down, map.shape[2] - across]);
      const around = padded(spread, [[down, down], [across, across]]);
      const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
      return [
        correlate(around, turned, [1, 1], dilation),
        filterGradient(map, dy, kernel.shape, stride, dilation),
      ];
    },
  );
}

function correlate(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  const strided = Math.max(...stride) > 1;
  if (!strided || Math.max(...dilation) === 1) {
    return tf.conv2d(x, filter, stride, "valid", "NHWC", dilation);
  }
  // TensorFlow.js takes no stride together with a dilation.
  const dense = tf.conv2d(x, filter, 1, "valid", "NHWC", dilation);
  return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, ...stride, 1]) as tf.Tensor4D;
}
`,
} as const;

const convolveTransposed = {
  needs: ["pair", "withGradient", "filterGradient"],
  text: `
/** The transpose of a convolution without padding; its gradients are a convolution and that convolution's filter gradient. */
function convolveTransposed(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair): tf.Tensor4D {
  const [batch, rows, columns] = x.shape;
  const [height, width, channels] = filter.shape;
  const shape: [number, number, number, number] = [
    batch,
    stride[0] * (rows - 1) + height,
    stride[1] * (columns - 1) + width,
    channels,
  ];
  return withGradient(
    [x, filter],
    (map, kernel) => tf.conv2dTranspose(map, kernel, shape, stride, "valid"),
    (dy, map, kernel) => [
      tf.conv2d(dy, kernel, stride, "valid"),
      filterGradient(dy, map, kernel.shape, stride, [1, 1]),
    ],
  );
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

export const convolutionHelpers = {
  conv,
  groupedConv,
  depthwiseConv,
  transposedConv,
  groupedTransposedConv,
  convolve,
  convolveTransposed,
  groupsOf,
  filterGradient,
  everyNth,
  withZerosBetween,
} satisfies Readonly<Record<string, Helper>>;
