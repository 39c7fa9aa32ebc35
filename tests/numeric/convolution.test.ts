import { expect, it } from "vitest";
import type { PerAxis } from "../../compiler/axis.ts";
import type {
  ConvolutionAttributes,
  TransposedConvolutionAttributes,
} from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import * as reference from "./reference/convolution.ts";
import { normalMaps, picture, rowsOf } from "./reference/map.ts";
import { normalWeight, type Weights } from "./reference/weights.ts";
import { compare, compute, verify } from "./verify.ts";

type Shape = readonly [batch: number, channels: number, height: number, width: number];

const around = (before: number, after = before) => ({ before, after });
const fixed = { init: { kind: "he" }, frozen: false } as const;

function convolution(
  channels: number,
  kernel: PerAxis<number>,
  rest: Partial<ConvolutionAttributes> = {},
): ConvolutionAttributes {
  const plain = {
    stride: [1, 1],
    dilation: [1, 1],
    groups: 1,
    padding: [around(0), around(0)],
    bias: true,
  } as const;
  return { channels, kernel, ...plain, ...fixed, ...rest };
}

function transposed(
  channels: number,
  kernel: PerAxis<number>,
  stride: PerAxis<number>,
  rest: Partial<TransposedConvolutionAttributes> = {},
): TransposedConvolutionAttributes {
  return {
    channels,
    kernel,
    stride,
    groups: 1,
    padding: [around(0), around(0)],
    bias: true,
    ...fixed,
    ...rest,
  };
}

function convolutionWeights(a: ConvolutionAttributes, inputs: number, random: Random): Weights {
  const weight = normalWeight(random, [a.channels, inputs / a.groups, ...a.kernel]);
  return a.bias ? { weight, bias: normalWeight(random, [a.channels]) } : { weight };
}

function transposedWeights(a: TransposedConvolutionAttributes, inputs: number, random: Random): Weights {
  const weight = normalWeight(random, [inputs, a.channels / a.groups, ...a.kernel]);
  return a.bias ? { weight, bias: normalWeight(random, [a.channels]) } : { weight };
}

const same3 = { padding: [around(1), around(1)] } as const;

const convolutions: readonly (readonly [string, ConvolutionAttributes, Shape])[] = [
  ["3x3, same", convolution(3, [3, 3], same3), [2, 2, 5, 6]],
  ["3x3, valid, without bias", convolution(2, [3, 3], { bias: false }), [1, 3, 5, 4]],
  ["1x1", convolution(4, [1, 1]), [2, 3, 4, 3]],
  [
    "2x2, same: one more zero after than before",
    convolution(2, [2, 2], { padding: [around(0, 1), around(0, 1)] }),
    [1, 2, 4, 5],
  ],
  ["5x1", convolution(2, [5, 1], { padding: [around(2), around(0)] }), [1, 2, 6, 4]],
  [
    "padding that differs on every side",
    convolution(2, [3, 2], { padding: [around(0, 2), around(3, 1)] }),
    [1, 2, 4, 3],
  ],
  [
    "more padding than the kernel reaches",
    convolution(2, [3, 3], { padding: [around(4), around(5)] }),
    [1, 1, 3, 3],
  ],
  ["stride 2", convolution(3, [3, 3], { ...same3, stride: [2, 2] }), [2, 2, 7, 8]],
  ["stride 3x2 with cells that no window reaches", convolution(2, [2, 3], { stride: [3, 2] }), [1, 2, 10, 8]],
  ["a 1x1 kernel at stride 2", convolution(3, [1, 1], { stride: [2, 2] }), [1, 2, 6, 5]],
  [
    "dilation 2, same",
    convolution(2, [3, 3], { dilation: [2, 2], padding: [around(2), around(2)] }),
    [2, 2, 6, 7],
  ],
  ["dilation 3x1 on a 2x3 kernel", convolution(2, [2, 3], { dilation: [3, 1] }), [1, 3, 6, 5]],
  [
    "stride and dilation together",
    convolution(2, [3, 3], { dilation: [2, 2], stride: [2, 2], padding: [around(2), around(2)] }),
    [1, 2, 7, 8],
  ],
  ["2 groups", convolution(4, [3, 3], { ...same3, groups: 2 }), [1, 6, 4, 5]],
  [
    "2 groups, dilated, strided",
    convolution(2, [3, 3], { groups: 2, dilation: [2, 1], stride: [1, 2] }),
    [1, 4, 6, 7],
  ],
  ["depthwise", convolution(3, [3, 3], { ...same3, groups: 3 }), [2, 3, 5, 4]],
  [
    "depthwise, dilation 2",
    convolution(3, [3, 3], { groups: 3, dilation: [2, 2], padding: [around(2), around(2)] }),
    [1, 3, 6, 6],
  ],
  ["depthwise, stride 2", convolution(3, [3, 3], { ...same3, groups: 3, stride: [2, 2] }), [1, 3, 6, 7]],
  [
    "depthwise, stride 2 and dilation 2",
    convolution(2, [3, 3], { groups: 2, stride: [2, 2], dilation: [2, 2] }),
    [1, 2, 8, 9],
  ],
  ["depthwise with 2 filters a channel", convolution(4, [3, 3], { groups: 2 }), [1, 2, 5, 5]],
];

const transposedConvolutions: readonly (readonly [string, TransposedConvolutionAttributes, Shape])[] = [
  ["2x2 at stride 2: exactly twice the size", transposed(3, [2, 2], [2, 2]), [2, 2, 3, 4]],
  ["3x3 at stride 1", transposed(2, [3, 3], [1, 1]), [1, 3, 4, 3]],
  [
    "4x4 at stride 2, cut by 1",
    transposed(2, [4, 4], [2, 2], { padding: [around(1), around(1)] }),
    [1, 2, 3, 4],
  ],
  [
    "3x3 at stride 2, cut on one side",
    transposed(2, [3, 3], [2, 2], { padding: [around(0, 1), around(1, 0)] }),
    [1, 2, 4, 3],
  ],
  ["a kernel smaller than its stride", transposed(2, [1, 2], [2, 3]), [1, 2, 3, 3]],
  ["5x3 at stride 3x2, without bias", transposed(2, [5, 3], [3, 2], { bias: false }), [1, 2, 3, 3]],
  ["16x16 at stride 8", transposed(1, [16, 16], [8, 8], { padding: [around(4), around(4)] }), [1, 1, 2, 3]],
  ["2 groups", transposed(4, [2, 2], [2, 2], { groups: 2 }), [1, 6, 3, 2]],
  [
    "one group a channel, more channels than are computed at once",
    transposed(65, [2, 2], [2, 2], { groups: 65 }),
    [1, 65, 2, 2],
  ],
  ["one group a channel, two results each", transposed(6, [3, 3], [2, 2], { groups: 3 }), [1, 3, 3, 2]],
  ["one group a channel", transposed(3, [4, 4], [2, 2], { groups: 3, bias: false }), [1, 3, 3, 3]],
];

await onEachEngine("convolution", (backend) => {
  it.each(convolutions)("is right for %s", async (_title, attributes, shape) => {
    const random = new Random(11);
    const weights = convolutionWeights(attributes, shape[1], random);
    await verify(backend, {
      operation: "conv",
      attributes,
      inputs: [normalMaps(random, shape)],
      weights,
      differentiableWeights: Object.keys(weights),
      reference: ([input], weights) => reference.conv(attributes, input ?? picture([]), weights),
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is right for random attributes, seed %i", async (seed) => {
    const random = new Random(seed, "convolution");
    const both = (most: number): PerAxis<number> => [1 + random.integer(most), 1 + random.integer(most)];
    const groups = 1 + random.integer(2);
    const attributes = convolution(groups * (1 + random.integer(2)), both(4), {
      stride: both(3),
      dilation: both(2),
      groups,
      padding: [around(random.integer(3), random.integer(3)), around(random.integer(3), random.integer(3))],
      bias: random.integer(2) === 0,
    });
    const shape: Shape = [
      1 + random.integer(2),
      groups * (1 + random.integer(2)),
      7 + random.integer(4),
      7 + random.integer(4),
    ];
    const weights = convolutionWeights(attributes, shape[1], random);
    await verify(backend, {
      operation: "conv",
      attributes,
      inputs: [normalMaps(random, shape)],
      weights,
      differentiableWeights: Object.keys(weights),
      reference: ([input], weights) => reference.conv(attributes, input ?? picture([]), weights),
    });
  });
});

await onEachEngine("the gradient of a convolution's weight", (backend) => {
  it("sums over more cells than the WebAssembly kernel takes at a time", async () => {
    const random = new Random(13);
    const attributes = convolution(3, [3, 3], { ...same3, bias: false });
    const input = normalMaps(random, [2, 16, 66, 64]);
    const cotangent = normalMaps(random, [2, 3, 66, 64]);
    const { weightGradients } = await compute(
      backend,
      {
        operation: "conv",
        attributes,
        inputs: [input],
        weights: convolutionWeights(attributes, 16, random),
        differentiableWeights: ["weight"],
        reference: () => cotangent,
      },
      cotangent,
      cotangent,
    );
    compare(
      "weight",
      weightGradients.weight?.data ?? [],
      reference.filterGradient(attributes, input, cotangent),
    );
  });
});

await onEachEngine("transposed convolution", (backend) => {
  it("lays a multiple of the kernel for every cell (the lecture's example)", async () => {
    const input = picture([
      [0, 1],
      [2, 3],
    ]);
    const expected = picture([
      [0, 0, 1],
      [0, 4, 6],
      [4, 12, 9],
    ]);
    const { output } = await compute(
      backend,
      {
        operation: "transposed_conv",
        attributes: transposed(1, [2, 2], [1, 1], { bias: false }),
        inputs: [input],
        weights: { weight: { shape: [1, 1, 2, 2], data: Float64Array.of(0, 1, 2, 3) } },
        reference: () => expected,
      },
      expected,
      expected,
    );
    expect(rowsOf(output)).toEqual(rowsOf(expected));
  });

  it.each(transposedConvolutions)("is right for %s", async (_title, attributes, shape) => {
    const random = new Random(12);
    const weights = transposedWeights(attributes, shape[1], random);
    await verify(backend, {
      operation: "transposed_conv",
      attributes,
      inputs: [normalMaps(random, shape)],
      weights,
      differentiableWeights: Object.keys(weights),
      reference: ([input], weights) => reference.transposedConv(attributes, input ?? picture([]), weights),
    });
  });

  it.each([1, 2, 3, 4])("is right for random attributes, seed %i", async (seed) => {
    const random = new Random(seed, "transposed");
    const kernel: PerAxis<number> = [1 + random.integer(5), 1 + random.integer(5)];
    const groups = 1 + random.integer(2);
    const cut = (size: number) =>
      around(random.integer(Math.ceil(size / 2)), random.integer(Math.ceil(size / 2)));
    const attributes = transposed(groups * 2, kernel, [1 + random.integer(3), 1 + random.integer(3)], {
      groups,
      padding: [cut(kernel[0]), cut(kernel[1])],
    });
    const shape: Shape = [2, groups * (1 + random.integer(2)), 3 + random.integer(2), 3 + random.integer(2)];
    const weights = transposedWeights(attributes, shape[1], random);
    await verify(backend, {
      operation: "transposed_conv",
      attributes,
      inputs: [normalMaps(random, shape)],
      weights,
      differentiableWeights: Object.keys(weights),
      reference: ([input], weights) => reference.transposedConv(attributes, input ?? picture([]), weights),
    });
  });
});
