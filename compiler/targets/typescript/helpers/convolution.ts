/** Convolutions with gradients for every stride and dilation, on every backend. */
import type { Helper } from "./helper.ts";

interface LayerText {
  readonly doc: string;
  readonly name: string;
  /** The parameter with its type. */
  readonly settings: string;
  /** An expression of `x`, `filter` and the settings. */
  readonly map: string;
}

/** A layer with a filter and, unless told otherwise, a bias. */
function layer({ doc, name, settings, map }: LayerText): string {
  return `/** ${doc} */
function ${name}(pass: Pass, x: tf.Tensor4D, name: string, ${settings}): tf.Tensor4D {
  const filter = pass.weight(\`\${name}.weight\`) as tf.Tensor4D;
  const map = ${map};
  return bias ? tf.add(map, pass.weight(\`\${name}.bias\`)) : map;
}
`;
}

const convolution = {
  needs: ["pair", "sides"],
  text: `
interface Convolution {
  readonly stride?: number | Pair;
  readonly padding?: number | Sides;
  readonly dilation?: number | Pair;
  readonly bias?: boolean;
}
`,
} as const;

const transposedConvolution = {
  needs: ["pair", "sides"],
  text: `
interface TransposedConvolution {
  readonly stride?: number | Pair;
  /** Positions cropped from the result. */
  readonly crop?: number | Sides;
  readonly bias?: boolean;
}
`,
} as const;

const conv = {
  needs: ["pass", "pair", "sides", "padded", "convolution", "convolve"],
  text: `
${layer({
  doc: "Convolution with zeros around the feature map; its filter is [height, width, input channels, channels].",
  name: "conv",
  settings: "{ stride = 1, padding = 0, dilation = 1, bias = true }: Convolution = {}",
  map: `convolve(padded(x, sides(padding)), filter, pair(stride), pair(dilation))`,
})}`,
} as const;

const groupedConv = {
  needs: ["pass", "pair", "sides", "padded", "convolution", "convolve", "groupsOf"],
  text: `
interface GroupedConvolution extends Convolution {
  readonly groups: number;
}

${layer({
  doc: "Convolution in groups of channels that do not meet: TensorFlow.js has none.",
  name: "groupedConv",
  settings: "{ groups, stride = 1, padding = 0, dilation = 1, bias = true }: GroupedConvolution",
  map: `tf.concat(
    groupsOf(padded(x, sides(padding)), filter, groups).map(([part, kernel]) =>
      convolve(part, kernel, pair(stride), pair(dilation)),
    ),
    3,
  )`,
})}`,
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
  needs: [
    "pass",
    "pair",
    "sides",
    "padded",
    "convolution",
    "withGradient",
    "windowsOf",
    "everyNth",
    "stridedAndDilated",
  ],
  text: `
${layer({
  doc: "Convolution of each channel with a filter of its own, [height, width, 1, channels].",
  name: "depthwiseConv",
  settings: "{ stride = 1, padding = 0, dilation = 1, bias = true }: Convolution = {}",
  map: `convolveDepthwise(padded(x, sides(padding)), filter, pair(stride), pair(dilation))`,
})}
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
      const elements: tf.Tensor[] = [];
      for (let i = 0; i < height; i += 1) {
        for (let j = 0; j < width; j += 1) {
          const start: Pair = [i * dilation[0], j * dilation[1]];
          const read = everyNth(map, start, [dy.shape[1], dy.shape[2]], stride);
          elements.push(tf.sum(tf.mul(read, dy), [0, 1, 2]));
        }
      }
      return [
        correlateDepthwise(windowsOf(dy, map, kernel, stride, dilation), tf.reverse(kernel, [0, 1]), [1, 1], dilation),
        tf.reshape(tf.stack(elements), kernel.shape),
      ];
    },
  );
}

function correlateDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  const [height, width, , channels] = filter.shape;
  const kernel = tf.reshape(filter, [height, width, channels, 1]) as tf.Tensor4D;
  return stridedAndDilated(stride, dilation, (step) => tf.depthwiseConv2d(x, kernel, step, "valid", "NHWC", dilation));
}
`,
} as const;

const transposedConv = {
  needs: ["pass", "pair", "sides", "cropped", "transposedConvolution", "convolveTransposed"],
  text: `
${layer({
  doc: "Transposed convolution; its filter is [height, width, channels, input channels].",
  name: "transposedConv",
  settings: "{ stride = 1, crop = 0, bias = true }: TransposedConvolution = {}",
  map: `cropped(convolveTransposed(x, filter, pair(stride)), sides(crop))`,
})}`,
} as const;

const groupedTransposedConv = {
  needs: ["pass", "pair", "sides", "cropped", "transposedConvolution", "convolveTransposed", "groupsOf"],
  text: `
interface GroupedTransposedConvolution extends TransposedConvolution {
  readonly groups: number;
}

${layer({
  doc: "Transposed convolution in groups of channels that do not meet.",
  name: "groupedTransposedConv",
  settings: "{ groups, stride = 1, crop = 0, bias = true }: GroupedTransposedConvolution",
  map: `cropped(
    tf.concat(
      groupsOf(x, filter, groups).map(([part, kernel]) => convolveTransposed(part, kernel, pair(stride))),
      3,
    ),
    sides(crop),
  )`,
})}`,
} as const;

const convolve = {
  needs: ["pair", "withGradient", "windowsOf", "stridedAndDilated", "filterGradient"],
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
      const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
      return [
        correlate(windowsOf(dy, map, kernel, stride, dilation), turned, [1, 1], dilation),
        filterGradient(map, dy, kernel.shape, stride, dilation),
      ];
    },
  );
}

function correlate(x: tf.Tensor4D, filter: tf.Tensor4D, stride: Pair, dilation: Pair): tf.Tensor4D {
  return stridedAndDilated(stride, dilation, (step) => tf.conv2d(x, filter, step, "valid", "NHWC", dilation));
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

export const convolutionHelpers = {
  convolution,
  transposedConvolution,
  conv,
  groupedConv,
  depthwiseConv,
  transposedConv,
  groupedTransposedConv,
  convolve,
  convolveTransposed,
  groupsOf,
} satisfies Readonly<Record<string, Helper>>;
