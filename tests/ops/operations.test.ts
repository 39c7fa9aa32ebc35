import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { ceilWindowSize, transposedWindowSize, windowSize } from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { linearSize } from "../../compiler/sizes/make-size.ts";
import type { SizeFunction } from "../../compiler/sizes/size-function.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { anySize, sizesTo500, sound } from "../sizes/random-sizes.ts";
import { inWords } from "./calls.ts";

const H = sound(linearSize("H", 1, 0));
const none = { before: 0, after: 0 };
const square = <T>(value: T) => [value, value] as const;
const he = { kind: "he" } as const;

function size<O extends OperationName>(
  operation: O,
  attributes: Attributes[O],
  ...inputs: readonly SizeFunction[]
): SizeFunction {
  return sound(operations[operation].size(attributes, inputs, 0));
}

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

const window = fc.record({
  kernel: fc.integer({ min: 1, max: 9 }),
  stride: fc.integer({ min: 1, max: 9 }),
  before: fc.nat(12),
  after: fc.nat(12),
  cells: fc.integer({ min: 1, max: 80 }),
});

describe("size rules, held to counting", () => {
  test("a window's count is how often it can be laid", () => {
    fc.assert(
      fc.property(window, ({ kernel, stride, before, after, cells }) => {
        let laid = 0;
        while (laid * stride + kernel <= cells + before + after) laid += 1;
        expect(windowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(laid);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test("in ceil mode one more window is laid where cells are left over, if it starts on or before the last cell", () => {
    fc.assert(
      fc.property(window, (shape) => {
        const { kernel, stride, cells } = shape;
        const before = shape.before % kernel;
        const after = shape.after % kernel;
        const end = cells + before + after;
        const starts: number[] = [];
        for (let start = 0; start + kernel < end + stride && start < before + cells; start += stride)
          starts.push(start);
        expect(ceilWindowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(starts.length);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  test("Caffe's ceil mode on sizes whose results are known", () => {
    const ceil = (cells: number, kernel: number, stride: number, pad: number) =>
      ceilWindowSize(kernel, stride, { before: pad, after: pad }).value(cells);
    expect([45, 23, 349, 175].map((cells) => ceil(cells, 2, 2, 0))).toEqual([23, 12, 175, 88]);
    expect([173, 86, 43].map((cells) => ceil(cells, 3, 2, 0))).toEqual([86, 43, 21]);
    // Kernel 2, stride 2, pad 1 on 5 cells: windows at −1, 1, 3; a fourth would start at 5, after the last cell.
    expect(ceil(5, 2, 2, 1)).toBe(3);
    // DeepLab's 3x3 stride 1 pad 1 keeps the size; stride 2 pad 1 on 513 gives 257.
    expect([ceil(65, 3, 1, 1), ceil(513, 3, 2, 1)]).toEqual([65, 257]);
  });

  test("a transposed convolution covers one kernel for each input cell, less what is cut", () => {
    fc.assert(
      fc.property(window, ({ kernel, stride, before, after, cells }) => {
        const touched = Array.from({ length: cells }, (_, cell) => cell * stride + kernel);
        const covered = Math.max(...touched) - before - after;
        expect(transposedWindowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(
          Math.max(0, covered),
        );
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test("every rule keeps its promise: `divisor` more cells in give `rise` more cells out, from `from` on", () => {
    const margins = fc.record({ before: fc.nat(4), after: fc.nat(4) });
    const step = fc.oneof(
      fc
        .tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => ceilWindowSize(...of)),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => windowSize(...of)),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => transposedWindowSize(...of)),
    );
    fc.assert(
      fc.property(step, fc.nat(100), (rule, more) => {
        const cells = rule.from + more;
        expect(rule.value(cells)).toBeGreaterThanOrEqual(1);
        expect(rule.value(cells + rule.divisor)).toBe((rule.value(cells) ?? 0) + rule.rise);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  test("a kernel larger than the padded map makes no map", () => {
    const large = size("conv", conv({ kernel: square(7) }), H);
    expect([sizeAt(large, 6), sizeAt(large, 7)]).toEqual([undefined, 1]);
    const cut = size("crop", { margins: square({ before: 3, after: 1 }) }, H);
    expect([sizeAt(cut, 4), sizeAt(cut, 5)]).toEqual([undefined, 1]);
  });

  test("mirroring needs a map larger than the margin", () => {
    const margins = square({ before: 2, after: 3 });
    const reflected = size("pad", { margins, mode: "reflect" }, H);
    expect([sizeAt(reflected, 3), sizeAt(reflected, 4)]).toEqual([undefined, 9]);
    expect(sizeAt(size("pad", { margins, mode: "edge" }, H), 1)).toBe(6);
  });

  test("a join exists exactly where all its maps are of one size", () => {
    fc.assert(
      fc.property(anySize, anySize, anySize, (a, b, c) => {
        const joined = size("add", {}, a.size, b.size, c.size);
        for (const n of sizesTo500) {
          const expected = a.at(n) === b.at(n) && b.at(n) === c.at(n) ? a.at(n) : undefined;
          expect(sizeAt(joined, n)).toBe(expected);
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test("a crop to a map has its size where there is enough to cut, and centred only where the rest is even", () => {
    fc.assert(
      fc.property(anySize, anySize, fc.nat(6), (map, reference, offset) => {
        const aligned = size(
          "crop_to",
          { rule: "aligned", offset: square(offset) },
          map.size,
          reference.size,
        );
        const centred = size(
          "crop_to",
          { rule: "centred", offset: square(undefined) },
          map.size,
          reference.size,
        );
        for (const n of sizesTo500.slice(1)) {
          const target = reference.at(n);
          const surplus = (map.at(n) ?? Number.NaN) - (target ?? Number.NaN);
          expect(sizeAt(aligned, n)).toBe(surplus >= offset ? target : undefined);
          expect(sizeAt(centred, n)).toBe(surplus >= 0 && surplus % 2 === 0 ? target : undefined);
        }
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  test("unpooling gives back the size before the pool, at odd sizes too, where the values are as many as the pool's", () => {
    const pool: Attributes["maxpool"] = {
      kernel: square(2),
      stride: square(2),
      padding: square(none),
      ceil: true,
    };
    const pooled = size("maxpool", pool, H);
    const back = size("unpool", pool, pooled, pooled, H);
    expect(back).toEqual(H);
    const floors = size("maxpool", { ...pool, ceil: false }, H);
    const some = size("unpool", pool, floors, pooled, H);
    expect([sizeAt(some, 22), sizeAt(some, 23)]).toEqual([22, undefined]);
  });

  test("resizing to a map takes its size, also in another symbol", () => {
    const W = sound(linearSize("W", 1, 0));
    expect(size("resize_to", { mode: "nearest", alignCorners: false }, H, W)).toEqual(W);
    const tripled = size("resize", { mode: "nearest", factor: [3, 1], alignCorners: false }, H);
    expect(sizeAt(tripled, 5)).toBe(15);
  });

  test("an input's size is a number or linear in its symbol, per axis", () => {
    const attributes: Attributes["input"] = {
      name: "image",
      channels: 3,
      size: [
        { symbol: "H", scale: 16, shift: 4 },
        { symbol: undefined, scale: 0, shift: 224 },
      ],
    };
    expect(sizeAt(sound(operations.input.size(attributes, [], 0)), 2)).toBe(36);
    expect(sizeAt(sound(operations.input.size(attributes, [], 1)), 2)).toBe(224);
    expect(operations.input.channels(attributes, [])).toBe(3);
  });
});

describe("channels", () => {
  test("concat adds them up; add and multiply want them equal", () => {
    expect(operations.concat.channels({}, [64, 128, 3])).toBe(195);
    expect(operations.add.channels({}, [64, 64])).toBe(64);
    expect(inWords(operations.add.channels({}, [64, 128, 3]))).toEqual({
      code: "operations/channels-differ",
      message: "cannot add maps of 64, 128 and 3 channels",
      help: "bring them to one number first: conv(64, 1x1) on the other path; or join by concat",
      parameter: undefined,
    });
  });

  test("groups must divide the channels on both sides", () => {
    expect(operations.conv.channels(conv({ channels: 8, groups: 4 }), [12])).toBe(8);
    expect(inWords(operations.conv.channels(conv({ channels: 64, groups: 3 }), [64]))).toEqual({
      code: "operations/groups-do-not-divide",
      message: "3 groups do not divide 64 input channels",
      help: "give a number of groups that divides the input channels and the output channels: 1, 2, 4, 8, 16, 32, 64",
      parameter: "groups",
    });
    expect(inWords(operations.conv.channels(conv({ channels: 10, groups: 4 }), [12]))).toMatchObject({
      message: "4 groups do not divide 10 output channels",
      help: "give a number of groups that divides the input channels and the output channels: 1, 2",
    });
  });

  test("bilinear and identity kernels take channel c to channel c, identity from a centre cell", () => {
    const refused = (init: "bilinear" | "identity", channels: number, kernel: number) =>
      inWords(operations.conv.channels(conv({ init: { kind: init }, channels, kernel: square(kernel) }), [8]))
        .message;
    expect(refused("bilinear", 4, 4)).toBe(
      "init = bilinear takes channel c to channel c, and here 8 channels become 4",
    );
    expect(refused("identity", 8, 4)).toBe(
      "init = identity puts a one at the kernel's centre, and a 4x4 kernel has no centre cell",
    );
    expect(operations.conv.channels(conv({ init: { kind: "bilinear" }, kernel: square(4) }), [8])).toBe(8);
  });

  test("unpool wants one value for every maximum", () => {
    const attributes: Attributes["unpool"] = {
      kernel: square(2),
      stride: square(2),
      padding: square(none),
      ceil: false,
    };
    expect(operations.unpool.channels(attributes, [64, 64, 64])).toBe(64);
    expect(inWords(operations.unpool.channels(attributes, [64, 128, 128])).help).toBe(
      "bring the current map to 128 channels first: conv(128, 1x1)",
    );
  });

  test("a pool read from a printed graph is checked as one written in the source", () => {
    const attributes: Attributes["maxpool"] = {
      kernel: square(2),
      stride: square(2),
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
    const weights = operations.conv.weights(conv({ channels: 64, groups: 4 }), [128]);
    expect(weights).toEqual([
      { name: "weight", shape: [64, 32, 3, 3], initialisation: he, trainable: true, counted: true },
      {
        name: "bias",
        shape: [64],
        initialisation: { kind: "constant", value: 0 },
        trainable: true,
        counted: true,
      },
    ]);
    expect(total(operations.conv.weights(conv({ channels: 64 }), [3]))).toBe(1792);
    expect(total(operations.conv.weights(conv({ channels: 4096, kernel: square(7) }), [512]))).toBe(
      102_764_544,
    );
  });

  test("a transposed convolution owns [in, out / groups, kernel]; frozen ones are counted and not trained", () => {
    const attributes = {
      ...conv({ channels: 21, kernel: square(16), bias: false, frozen: true }),
      stride: square(8),
    };
    const [weight, ...others] = operations.transposed_conv.weights(attributes, [21]);
    expect(weight).toMatchObject({ shape: [21, 21, 16, 16], trainable: false, counted: true });
    expect(others).toEqual([]);
    expect(total(operations.transposed_conv.weights(attributes, [21]))).toBe(112_896);
  });

  test("batch normalisation's running statistics are neither trained nor counted", () => {
    const attributes = { momentum: 0.9, epsilon: 1e-5, scale: true, shift: true, frozen: false };
    const weights = operations.batchnorm.weights(attributes, [64]);
    expect(weights.map(({ name, trainable, counted }) => [name, trainable, counted])).toEqual([
      ["scale", true, true],
      ["shift", true, true],
      ["running_mean", false, false],
      ["running_variance", false, false],
    ]);
    expect(total(weights)).toBe(128);
    const frozen = operations.batchnorm.weights({ ...attributes, scale: false, frozen: true }, [64]);
    expect(frozen.map(({ name, trainable }) => [name, trainable])).toEqual([
      ["shift", false],
      ["running_mean", false],
      ["running_variance", false],
    ]);
  });

  test("prelu owns one slope per channel", () => {
    expect(operations.prelu.weights({ init: 0.25 }, [5])).toEqual([
      {
        name: "slope",
        shape: [5],
        initialisation: { kind: "constant", value: 0.25 },
        trainable: true,
        counted: true,
      },
    ]);
  });

  test("the convolutions of FCN-32s at 500x500 are 181,365,854,976 multiply-adds and 136,152,917 parameters", () => {
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
      parameters += total(operations.conv.weights(attributes, [input]));
      input = channels;
    }
    const up = { ...conv({ channels: 21, kernel: square(64), bias: false }), stride: square(32) };
    multiplyAdds += operations.transposed_conv.multiplyAdds(up, [[21, 16, 16]], [21, 544, 544]);
    parameters += total(operations.transposed_conv.weights(up, [21]));
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
        { kernel: square(2), stride: square(2), padding: square(none), ceil: false },
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
  expect(named("pointwise")).toEqual([
    "batchnorm",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "prelu",
    "sigmoid",
    "tanh",
    "softmax",
    "dropout",
    "concat",
    "add",
    "multiply",
  ]);
});

test("a size rule on a period past the limit is refused with the words of the catalogue", () => {
  const first = sound(applyStep(H, windowSize(1, 1009, none)));
  expect(
    inWords(
      operations.maxpool.size(
        { kernel: square(101), stride: square(101), padding: square(none), ceil: false },
        [first],
        0,
      ),
    ),
  ).toMatchObject({
    code: "sizes/too-irregular",
    message:
      "the size of this map repeats only after more than 65536 input sizes, which is past what is computed exactly",
  });
});
