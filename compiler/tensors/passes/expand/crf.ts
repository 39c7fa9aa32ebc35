/**
 * The conditional random field as a layer: mean-field iterations, unrolled (Zheng et al. 2015, algorithm 1).
 *
 * Each iteration: softmax, messages through both Gaussian kernels, a weight for each kernel and class, the label compatibility,
 * taken from the scores the layer was given. The guide gets no gradient: what depends on its colours comes in tables.
 */
import type { PerAxis } from "../../../axis.ts";
import { type SparseMatrix, sparseMatrix } from "../../../geometry/sparse-matrix.ts";
import type { CrfAttributes } from "../../../ops/attributes.ts";
import { float32, four, int32, type Value } from "../../value.ts";
import { type Expansion, type ExpansionContext, inputAt, only, perChannel } from "./expansion.ts";
import { softmaxOf } from "./pointwise.ts";

export const crf: Expansion<"crf"> = ({ name, attributes }, context) => {
  const { build, weight } = context;
  const scores = only(context);
  if (attributes.iterations === 0) return scores;
  const classes = four(scores.shape)[1];
  const kernels = kernelMessages(name, attributes, context).map(({ messages, kernel }) => ({
    messages,
    weights: perChannel(build, weight(kernel)),
  }));
  const compatibility = build.reshape(weight("compatibility"), [classes, classes, 1, 1]);
  const plain = { stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0], groups: 1 } as const;
  let logits = scores;
  for (let iteration = 0; iteration < attributes.iterations; iteration++) {
    const probabilities = softmaxOf(build, logits);
    const received = kernels
      .map(({ messages, weights }) => build.multiply(messages(probabilities), weights))
      .reduce((sum, map) => build.add(sum, map));
    logits = build.subtract(scores, build.conv(received, compatibility, plain));
  }
  return logits;
};

interface KernelMessages {
  readonly kernel: "appearance" | "smoothness";
  readonly messages: (probabilities: Value) => Value;
}

function kernelMessages(
  name: string,
  attributes: CrfAttributes,
  context: ExpansionContext,
): readonly KernelMessages[] {
  const { window, smoothnessPosition } = attributes;
  const colours = four(inputAt(context, 1).shape)[1];
  if (window === "all") {
    return [
      { kernel: "appearance", messages: latticeMessages(`${name}.appearance`, 2 + colours, context) },
      { kernel: "smoothness", messages: latticeMessages(`${name}.smoothness`, 2, context) },
    ];
  }
  return [
    { kernel: "appearance", messages: windowMessages(`${name}.appearance`, window, context) },
    { kernel: "smoothness", messages: separableMessages(window, smoothnessPosition, context) },
  ];
}

/** Most vertices of the lattice, and row 0, which is none. */
export function latticeRows(positions: number, dimensions: number): number {
  return positions * (dimensions + 1) + 1;
}

/**
 * What is splatted and sliced, times this, approximates the sums: splat and slice sum to one at each point and each ½ 1 ½ to two; a
 * lattice cell has (3/2)^(d/2) / √(d + 1) cubic deviations.
 */
function latticeGain(dimensions: number): number {
  const cell = 1.5 ** (dimensions / 2) / Math.sqrt(dimensions + 1);
  return (2 * Math.PI) ** (dimensions / 2) / cell / 2 ** (dimensions + 1);
}

/** Messages over all positions, on the permutohedral lattice that the tables describe. */
function latticeMessages(
  name: string,
  dimensions: number,
  { build, batch, feed, output: [, height, width] }: ExpansionContext,
): KernelMessages["messages"] {
  const positions = height * width;
  const directions = dimensions + 1;
  const corners = feed("table", `${name}.corners`, int32(batch, positions, directions));
  const shares = feed("table", `${name}.shares`, float32(batch, positions, directions));
  const rows = latticeRows(positions, dimensions);
  const neighbours = feed("table", `${name}.neighbours`, int32(batch, directions, rows, 2));
  const gain = latticeGain(dimensions);
  return (x) => build.lattice(x, { corners, shares, neighbours }, { gain, reverse: false });
}

/**
 * Messages over windows, with a share for every position and element of its window: [batch, elements, height, width]. A convolution
 * with one filter for each element lists the values of every window.
 */
function windowMessages(
  name: string,
  [rows, columns]: PerAxis<number>,
  { build, batch, feed, output: [classes, height, width] }: ExpansionContext,
): KernelMessages["messages"] {
  const elements = rows * columns;
  const shares = feed("table", `${name}.shares`, float32(batch, elements, height, width));
  const places = Array.from({ length: elements }, (_, i) => i);
  const each = build.oneHot(build.constant(places, [elements, 1], "int32"), 1, elements);
  const filter = build.reshape(each, [elements, 1, rows, columns]);
  const around = [(rows - 1) / 2, (columns - 1) / 2] as const;
  const windows = { stride: [1, 1], dilation: [1, 1], before: around, after: around, groups: 1 } as const;
  return (x) => {
    const planes = build.reshape(x, [batch * classes, 1, height, width]);
    const values = build.reshape(build.conv(planes, filter, windows), [
      batch,
      classes,
      elements,
      height,
      width,
    ]);
    const weighted = build.multiply(values, build.reshape(shares, [batch, 1, elements, height, width]));
    return build.reshape(build.sum(weighted, [2]), [batch, classes, height, width]);
  };
}

/** Messages over windows that depend on the distance alone: a Gaussian along each axis, normalised symmetrically. */
function separableMessages(
  window: PerAxis<number>,
  deviation: number,
  { build, output: [, height, width] }: ExpansionContext,
): KernelMessages["messages"] {
  const down = gaussianBand(height, window[0], deviation);
  const across = gaussianBand(width, window[1], deviation);
  return (x) => build.axisMap(build.axisMap(x, { axis: 2, matrix: down }), { axis: 3, matrix: across });
}

/** exp(−d² / 2θ²) at distances within the window, divided by the roots of the sums of its row and its column. */
function gaussianBand(positions: number, window: number, deviation: number): SparseMatrix {
  const reach = (window - 1) / 2;
  const within = (row: number) => {
    const first = Math.max(0, row - reach);
    const last = Math.min(positions - 1, row + reach);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  };
  const gaussian = (distance: number) => Math.exp(-((distance / deviation) ** 2) / 2);
  const sums = Array.from({ length: positions }, (_, row) =>
    within(row).reduce((sum, column) => sum + gaussian(column - row), 0),
  );
  return sparseMatrix(positions, positions, (row) =>
    within(row).map((column) => ({
      column,
      weight: gaussian(column - row) / Math.sqrt((sums[row] ?? 1) * (sums[column] ?? 1)),
    })),
  );
}
