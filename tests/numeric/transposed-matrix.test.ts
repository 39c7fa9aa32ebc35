/**
 * A convolution is a matrix, and the transposed convolution with the same weights is that matrix transposed (Dumoulin & Visin
 * 2016, section 4). The matrix is built here from the definition, number by number.
 */
import { describe, expect, it } from "vitest";
import type { PerAxis } from "../../compiler/axis.ts";
import type { ConvolutionAttributes } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { type Maps, normalMaps, picture } from "./reference/map.ts";
import { normalWeight, type Weight } from "./reference/weights.ts";
import { compare, compute } from "./verify.ts";

type Matrix = readonly (readonly number[])[];

interface Layer {
  readonly channels: PerAxis<number>;
  readonly kernel: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly before: PerAxis<number>;
  readonly after: PerAxis<number>;
  readonly groups: number;
  /** Cells of the result; the windows fill the padded map exactly. */
  readonly result: PerAxis<number>;
}

const plain = { channels: [1, 1], stride: [1, 1], before: [0, 0], after: [0, 0], groups: 1 } as const;

const layers: readonly (readonly [string, Layer])[] = [
  ["2x2 at stride 1", { ...plain, kernel: [2, 2], result: [3, 2] }],
  [
    "3x3, padded, of several channels",
    { ...plain, channels: [2, 3], kernel: [3, 3], before: [1, 1], after: [1, 1], result: [3, 4] },
  ],
  ["3x2 at stride 2x3", { ...plain, channels: [3, 2], kernel: [3, 2], stride: [2, 3], result: [3, 2] }],
  [
    "4x4 at stride 2, padded by 1",
    {
      ...plain,
      channels: [2, 2],
      kernel: [4, 4],
      stride: [2, 2],
      before: [1, 1],
      after: [1, 1],
      result: [2, 3],
    },
  ],
  [
    "padded otherwise on every side",
    { ...plain, kernel: [3, 4], stride: [2, 2], before: [0, 2], after: [2, 1], result: [3, 3] },
  ],
  ["2 groups", { ...plain, channels: [4, 6], kernel: [2, 3], stride: [1, 2], groups: 2, result: [2, 2] }],
];

const inputCells = ({ kernel, stride, before, after, result }: Layer, axis: 0 | 1): number =>
  stride[axis] * (result[axis] - 1) + kernel[axis] - before[axis] - after[axis];

/** A row for each cell of the result, a column for each cell of the map, both in [channel, row, column] order. */
function matrixOf(layer: Layer, weight: Weight): Matrix {
  const { channels, kernel, stride, before, groups, result } = layer;
  const [height, width] = [inputCells(layer, 0), inputCells(layer, 1)];
  const perGroup = [channels[0] / groups, channels[1] / groups] as const;
  const rows: number[][] = [];
  for (let out = 0; out < channels[1]; out++) {
    for (let y = 0; y < result[0]; y++) {
      for (let x = 0; x < result[1]; x++) {
        const row = new Array<number>(channels[0] * height * width).fill(0);
        for (let k = 0; k < perGroup[0]; k++) {
          const from = Math.floor(out / perGroup[1]) * perGroup[0] + k;
          for (let i = 0; i < kernel[0]; i++) {
            for (let j = 0; j < kernel[1]; j++) {
              const [down, across] = [stride[0] * y + i - before[0], stride[1] * x + j - before[1]];
              if (down < 0 || across < 0 || down >= height || across >= width) continue;
              row[(from * height + down) * width + across] =
                weight.data[((out * perGroup[0] + k) * kernel[0] + i) * kernel[1] + j] ?? Number.NaN;
            }
          }
        }
        rows.push(row);
      }
    }
  }
  return rows;
}

const times = (matrix: Matrix, vector: ArrayLike<number>): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * (vector[i] ?? Number.NaN), 0));
const transpose = (matrix: Matrix): Matrix =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? Number.NaN));

describe("the matrix of a convolution", () => {
  it("has the kernel in every row, moved on (the lecture's 3x3 map and 2x2 kernel)", () => {
    const weight = { shape: [1, 1, 2, 2], data: Float64Array.of(0, 1, 2, 3) };
    expect(matrixOf({ ...plain, kernel: [2, 2], result: [2, 2] }, weight)).toEqual([
      [0, 1, 0, 2, 3, 0, 0, 0, 0],
      [0, 0, 1, 0, 2, 3, 0, 0, 0],
      [0, 0, 0, 0, 1, 0, 2, 3, 0],
      [0, 0, 0, 0, 0, 1, 0, 2, 3],
    ]);
  });

  it("transposed, times [0 1; 2 3], is [0 0 1; 0 4 6; 4 12 9]", () => {
    const weight = { shape: [1, 1, 2, 2], data: Float64Array.of(0, 1, 2, 3) };
    const matrix = matrixOf({ ...plain, kernel: [2, 2], result: [2, 2] }, weight);
    expect(times(transpose(matrix), [0, 1, 2, 3])).toEqual([0, 0, 1, 0, 4, 6, 4, 12, 9]);
  });
});

await onEachEngine("the transposed convolution", (backend) => {
  it.each(layers)(
    "of %s is the transposed matrix, the convolution and its gradient the matrix itself",
    async (_title, layer) => {
      const random = new Random(41);
      const { channels, kernel, stride, before, after, groups, result } = layer;
      const weight = normalWeight(random, [channels[1], channels[0] / groups, ...kernel]);
      const matrix = matrixOf(layer, weight);
      const image = normalMaps(random, [1, channels[0], inputCells(layer, 0), inputCells(layer, 1)]);
      const answer = normalMaps(random, [1, channels[1], ...result]);
      const padding = [
        { before: before[0], after: after[0] },
        { before: before[1], after: after[1] },
      ] as const;
      const common = {
        kernel,
        stride,
        groups,
        padding,
        bias: false,
        init: { kind: "he" },
        frozen: false,
      } as const;
      const conv: ConvolutionAttributes = { ...common, channels: channels[1], dilation: [1, 1] };
      const weights = { weight };
      const shaped = (map: Maps) => ({ weights, inputs: [map], reference: () => picture([]) });

      const forward = await compute(
        backend,
        { operation: "conv", attributes: conv, ...shaped(image) },
        answer,
        answer,
      );
      compare("convolution", forward.output.data, times(matrix, image.data));
      compare("its gradient", forward.inputGradients[0]?.data ?? [], times(transpose(matrix), answer.data));

      // The same weights: what the convolution reads, the transposed convolution writes.
      const attributes = { ...common, channels: channels[0] };
      const back = await compute(
        backend,
        { operation: "transposed_conv", attributes, ...shaped(answer) },
        image,
        image,
      );
      compare("transposed convolution", back.output.data, times(transpose(matrix), answer.data));
      compare("its gradient", back.inputGradients[0]?.data ?? [], times(matrix, image.data));
    },
  );
});
