import { describe, expect, test } from "vitest";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { activations } from "../../compiler/ops/activations/registry.ts";
import type { Attributes } from "../../compiler/ops/attributes.ts";
import { joinNames } from "../../compiler/ops/joining.ts";
import type { Initialisation } from "../../compiler/ops/operation.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { constantSize } from "../../compiler/sizes/make-size.ts";
import { inWords } from "./calls.ts";

const none = { before: 0, after: 0 };
const square = <T>(value: T) => [value, value] as const;
/** Only a dense layer looks at sizes. */
const noSizes = square([]);
const he = { kind: "he" } as const;

const conv = (changes: Partial<Attributes["conv"]> = {}): Attributes["conv"] => ({
  channels: 8,
  kernel: square(3),
  stride: square(1),
  dilation: square(1),
  groups: 1,
  padding: square(none),
  bias: true,
  init: he,
  frozen: false,
  ...changes,
});

describe("channels", () => {
  test("concat adds them up; add and multiply want them equal", () => {
    expect(operations.concat.channels({}, [64, 128, 3])).toBe(195);
    expect(operations.add.channels({}, [64, 64])).toBe(64);
    expect(inWords(operations.add.channels({}, [64, 128, 3]))).toEqual({
      code: "operations/channels-differ",
      message: "cannot add feature maps with 64, 128 and 3 channels",
      help: "make the channels equal first, with conv(64, 1x1) on the other path, or join by concat",
      parameter: undefined,
    });
    expect(inWords(operations.maximum.channels({}, [8, 3]))).toMatchObject({
      message: "cannot take the maximum of feature maps with 8 and 3 channels",
    });
  });

  test("groups must divide the channels on both sides", () => {
    expect(operations.conv.channels(conv({ channels: 8, groups: 4 }), [12])).toBe(8);
    expect(inWords(operations.conv.channels(conv({ channels: 64, groups: 3 }), [64]))).toEqual({
      code: "operations/groups-do-not-divide",
      message: "3 groups do not divide 64 input channels",
      help: "use a number of groups that divides the input and output channels: 1, 2, 4, 8, 16, 32, 64",
      parameter: "groups",
    });
    expect(inWords(operations.conv.channels(conv({ channels: 10, groups: 4 }), [12]))).toMatchObject({
      message: "4 groups do not divide 10 output channels",
      help: "use a number of groups that divides the input and output channels: 1, 2",
    });
  });

  test("bilinear and identity kernels take channel c to channel c, identity from a centre cell", () => {
    const identity = { kind: "identity", maps: undefined, deviation: 0 } as const;
    const refused = (init: Initialisation, channels: number, kernel: number) =>
      inWords(operations.conv.channels(conv({ init, channels, kernel: square(kernel) }), [8]));
    expect(refused({ kind: "bilinear" }, 4, 4)).toMatchObject({
      message:
        "init = bilinear needs as many output channels as input channels: found 8 input and 4 output channels",
      help: "use channels = 8, or another init",
    });
    expect(refused(identity, 4, 3)).toMatchObject({
      message:
        "init = identity needs as many output channels as input channels: found 8 input and 4 output channels",
      help: "use channels = 8, or identity(maps, deviation) with a number of maps that divides both, or another init",
    });
    expect(refused(identity, 8, 4).message).toBe(
      "init = identity sets the centre of the kernel to 1, and a 4x4 kernel has no centre element",
    );
    expect(operations.conv.channels(conv({ init: { ...identity, maps: 4 }, channels: 12 }), [8])).toBe(12);
    expect(refused({ ...identity, maps: 3 }, 12, 3)).toEqual({
      code: "operations/identity-maps-do-not-divide",
      message: "init = identity(3) cannot divide 8 input and 12 output channels evenly among 3 maps",
      help: "use a number of maps that divides both: 1, 2, 4",
      parameter: "init",
    });
    expect(operations.conv.channels(conv({ init: { kind: "bilinear" }, kernel: square(4) }), [8])).toBe(8);
  });

  test("pixel_shuffle divides the channels by its cells, its inverse multiplies them", () => {
    expect(operations.pixel_shuffle.channels({ factor: [2, 3] }, [18])).toBe(3);
    expect(operations.pixel_unshuffle.channels({ factor: [2, 3] }, [3])).toBe(18);
    expect(inWords(operations.pixel_shuffle.channels({ factor: [2, 2] }, [18]))).toMatchObject({
      message: "pixel_shuffle by 2x2 needs a multiple of 4 channels, not 18",
      help: "the convolution before it needs 4 times as many channels as you want after the shuffle",
      parameter: "factor",
    });
  });

  test("groupnorm wants groups that divide the channels", () => {
    const attributes = { groups: 4, epsilon: 1e-5, scale: true, shift: true, frozen: false };
    expect(operations.groupnorm.channels(attributes, [12])).toBe(12);
    expect(inWords(operations.groupnorm.channels(attributes, [10]))).toMatchObject({
      message: "groupnorm(4) cannot divide 10 channels into 4 equal groups",
      help: "use a number of groups that divides the channels: 1, 2, 5, 10",
      parameter: "groups",
    });
  });

  test("lrn wants a window with a middle and a sum that is never zero", () => {
    const attributes = { size: 5, alpha: 1e-4, beta: 0.75, k: 1 };
    expect(operations.lrn.channels(attributes, [96])).toBe(96);
    expect(inWords(operations.lrn.channels({ ...attributes, size: 4 }, [96]))).toMatchObject({
      message: "the size of lrn must be odd, so that its window is centred on a channel: found 4",
      help: "use size = 5 or another odd number, usually 5",
      parameter: "size",
    });
    expect(inWords(operations.lrn.channels({ ...attributes, k: 0 }, [96]))).toMatchObject({
      message: "lrn with k = 0 would divide by zero where the feature map is zero",
      parameter: "k",
    });
  });

  test("unpool wants one value for every maximum", () => {
    const attributes: Attributes["unpool"] = {
      kernel: square(2),
      stride: square(2),
      dilation: square(1),
      padding: square(none),
      ceil: false,
    };
    expect(operations.unpool.channels(attributes, [64, 64, 64])).toBe(64);
    expect(inWords(operations.unpool.channels(attributes, [64, 128, 128])).help).toBe(
      "change the current feature map to 128 channels first: conv(128, 1x1)",
    );
  });

  test("a pool read from a printed graph is checked as one written in the source", () => {
    const attributes: Attributes["maxpool"] = {
      kernel: square(2),
      stride: square(2),
      dilation: square(1),
      padding: square({ before: 0, after: 2 }),
      ceil: false,
    };
    expect(operations.maxpool.channels(attributes, [3])).toBeInstanceOf(Refusal);
  });
});

describe("weights and cost", () => {
  const total = (weights: readonly { shape: readonly number[]; counted: boolean }[]) =>
    weights
      .filter((weight) => weight.counted)
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

  test("a convolution owns [out, in / groups, kernel] and a bias", () => {
    const weights = operations.conv.weights(conv({ channels: 64, groups: 4 }), [128], noSizes);
    expect(weights).toEqual([
      {
        name: "weight",
        shape: [64, 32, 3, 3],
        initialisation: he,
        trainable: true,
        counted: true,
        kernel: { fan: { in: 32 * 9, out: 16 * 9 }, groups: 4, outputs: 16, transposed: false },
      },
      {
        name: "bias",
        shape: [64],
        initialisation: { kind: "constant", value: 0 },
        trainable: true,
        counted: true,
      },
    ]);
    expect(total(operations.conv.weights(conv({ channels: 64 }), [3], noSizes))).toBe(1792);
    expect(total(operations.conv.weights(conv({ channels: 4096, kernel: square(7) }), [512], noSizes))).toBe(
      102_764_544,
    );
  });

  test("a transposed convolution owns [in, out / groups, kernel]; frozen ones are counted and not trained", () => {
    const attributes = {
      ...conv({ channels: 21, kernel: square(16), bias: false, frozen: true }),
      stride: square(8),
    };
    const [weight, ...others] = operations.transposed_conv.weights(attributes, [21], noSizes);
    expect(weight).toMatchObject({ shape: [21, 21, 16, 16], trainable: false, counted: true });
    expect(others).toEqual([]);
    expect(total(operations.transposed_conv.weights(attributes, [21], noSizes))).toBe(112_896);
  });

  test("batch normalisation's running statistics are neither trained nor counted", () => {
    const attributes = { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, frozen: false };
    const weights = operations.batchnorm.weights(attributes, [64], noSizes);
    expect(weights.map(({ name, trainable, counted }) => [name, trainable, counted])).toEqual([
      ["scale", true, true],
      ["shift", true, true],
      ["running_mean", false, false],
      ["running_variance", false, false],
    ]);
    expect(total(weights)).toBe(128);
    const frozen = operations.batchnorm.weights({ ...attributes, scale: false, frozen: true }, [64], noSizes);
    expect(frozen.map(({ name, trainable }) => [name, trainable])).toEqual([
      ["shift", false],
      ["running_mean", false],
      ["running_variance", false],
    ]);
  });

  test("instance and group normalisation own a scale and a shift per channel, and no statistics", () => {
    const attributes = { epsilon: 1e-5, scale: true, shift: true, frozen: false };
    const weights = operations.instancenorm.weights(attributes, [64], noSizes);
    expect(weights.map(({ name, shape, trainable }) => [name, shape, trainable])).toEqual([
      ["scale", [64], true],
      ["shift", [64], true],
    ]);
    expect(operations.groupnorm.weights({ ...attributes, groups: 32 }, [64], noSizes)).toEqual(weights);
    const frozen = operations.instancenorm.weights(
      { ...attributes, scale: false, frozen: true },
      [64],
      noSizes,
    );
    expect(frozen.map(({ name, trainable }) => [name, trainable])).toEqual([["shift", false]]);
  });

  test("dense owns [out, in, map height, map width], on a map whose size is constant", () => {
    const attributes = { channels: 10, bias: true, init: he, frozen: false };
    const map = [[constantSize(7)], [constantSize(5)]] as const;
    const weights = operations.dense.weights(attributes, [512], map);
    expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
      ["weight", [10, 512, 7, 5]],
      ["bias", [10]],
    ]);
    expect(operations.dense.multiplyAdds(attributes, [[512, 7, 5]], [10, 1, 1])).toBe(10 * 512 * 35);
    expect(
      inWords(
        operations.dense.channels(
          { ...attributes, init: { kind: "identity", maps: undefined, deviation: 0 } },
          [10],
        ),
      ),
    ).toMatchObject({
      message: "init = identity is for convolution kernels, and dense has none",
      parameter: "init",
    });
  });

  test("prelu owns one slope per channel", () => {
    expect(operations.prelu.weights({ init: 0.25, shared: false }, [5], noSizes)).toEqual([
      {
        name: "slope",
        shape: [5],
        initialisation: { kind: "constant", value: 0.25 },
        trainable: true,
        counted: true,
      },
    ]);
  });

  test("the convolutions of FCN-32s at 500x500 are 181,365,854,976 MACs and 136,152,917 parameters", () => {
    // [channels, kernel, cells of the result], then a ceil-mode pool after each group (Shelhamer's voc-fcn32s prototxt).
    const groups: readonly (readonly [number, number, number])[] = [
      [64, 3, 698],
      [64, 3, 698],
      [128, 3, 349],
      [128, 3, 349],
      [256, 3, 175],
      [256, 3, 175],
      [256, 3, 175],
      [512, 3, 88],
      [512, 3, 88],
      [512, 3, 88],
      [512, 3, 44],
      [512, 3, 44],
      [512, 3, 44],
      [4096, 7, 16],
      [4096, 1, 16],
      [21, 1, 16],
    ];
    let multiplyAdds = 0;
    let parameters = 0;
    let input = 3;
    for (const [channels, kernel, cells] of groups) {
      const attributes = conv({ channels, kernel: square(kernel) });
      multiplyAdds += operations.conv.multiplyAdds(attributes, [[input, 1, 1]], [channels, cells, cells]);
      parameters += total(operations.conv.weights(attributes, [input], noSizes));
      input = channels;
    }
    const up = { ...conv({ channels: 21, kernel: square(64), bias: false }), stride: square(32) };
    multiplyAdds += operations.transposed_conv.multiplyAdds(up, [[21, 16, 16]], [21, 544, 544]);
    parameters += total(operations.transposed_conv.weights(up, [21], noSizes));
    expect(multiplyAdds).toBe(181_365_854_976);
    expect(parameters).toBe(136_152_917);
  });

  test("grouped layers cost a group's share", () => {
    const shape = [[64, 10, 12]] as const;
    const depthwise = conv({ channels: 64, groups: 64 });
    expect(operations.conv.multiplyAdds(depthwise, shape, [64, 10, 12])).toBe(64 * 9 * 120);
    expect(operations.transposed_conv.multiplyAdds(depthwise, shape, [64, 12, 14])).toBe(64 * 9 * 120);
    expect(
      operations.maxpool.multiplyAdds(
        { kernel: square(2), stride: square(2), dilation: square(1), padding: square(none), ceil: false },
        shape,
        [64, 5, 6],
      ),
    ).toBe(0);
  });
});

test("traits say which operations look at single cells, and which differ in training", () => {
  const named = (trait: "pointwise" | "training") =>
    Object.values(operations)
      .filter((operation) => operation.traits[trait])
      .map((operation) => operation.name);
  expect(named("training")).toEqual(["batchnorm", "dropout"]);
  const others = [
    "channel_pool",
    "channel_shuffle",
    "layer_scale",
    "layernorm",
    "prelu",
    "softmax",
    "batchnorm",
    "lrn",
    "dropout",
    ...joinNames,
  ];
  expect(named("pointwise").toSorted()).toEqual([...Object.keys(activations), ...others].toSorted());
});
