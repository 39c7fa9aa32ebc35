import { describe, expect, test } from "vitest";
import { activations } from "../../compiler/ops/activations/registry.ts";
import { operations, words } from "../../compiler/ops/registry.ts";
import { bound, lowered, pool1 } from "./calls.ts";

const { count, extent, number, choice, flag, map } = bound;
const none = { before: 0, after: 0 };
const one = { before: 1, after: 1 };
const weights = { groups: 1, bias: true, init: { kind: "he" }, frozen: false };

describe("what words lower to", () => {
  test("conv(64, 3x3) keeps the size; an even or dilated kernel pads more after than before", () => {
    const [conv] = lowered("conv", { channels: count(64), kernel: extent(3) });
    expect(conv).toEqual({
      operation: "conv",
      inputs: [7],
      attributes: {
        channels: 64,
        kernel: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [one, one],
        ...weights,
      },
    });
    const [uneven] = lowered("conv", { channels: count(1), kernel: extent(4, 3), dilate: extent(1, 2) });
    expect(uneven?.attributes).toMatchObject({
      padding: [
        { before: 1, after: 2 },
        { before: 2, after: 2 },
      ],
    });
    const [dilated] = lowered("conv", { channels: count(1), kernel: extent(2), dilate: extent(3) });
    expect(dilated?.attributes).toMatchObject({
      padding: [
        { before: 1, after: 2 },
        { before: 1, after: 2 },
      ],
    });
  });

  test("padding = valid is none, padding = n is n on every side, padding = 1x2 is per axis", () => {
    const padding = (value: typeof choice extends (text: string) => infer B ? B : never) =>
      lowered("conv", { channels: count(1), kernel: extent(3), padding: value })[0]?.attributes;
    expect(padding(choice("valid"))).toMatchObject({ padding: [none, none] });
    expect(padding(extent(100))).toMatchObject({
      padding: [
        { before: 100, after: 100 },
        { before: 100, after: 100 },
      ],
    });
    expect(padding(extent(1, 2))).toMatchObject({ padding: [one, { before: 2, after: 2 }] });
  });

  test("transposed_conv(512, 3x3) keeps the size, and a stride gives exactly stride times the size", () => {
    const [plain] = lowered("transposed_conv", { channels: count(512), kernel: extent(3) });
    expect(plain?.attributes).toEqual({
      channels: 512,
      kernel: [3, 3],
      stride: [1, 1],
      padding: [one, one],
      ...weights,
    });
    const [doubled] = lowered("transposed_conv", {
      channels: count(8),
      kernel: extent(5),
      stride: extent(2),
    });
    expect(doubled?.attributes).toMatchObject({
      padding: [
        { before: 1, after: 2 },
        { before: 1, after: 2 },
      ],
    });
    const [open] = lowered("transposed_conv", {
      channels: count(8),
      kernel: extent(7),
      padding: choice("valid"),
    });
    expect(open?.attributes).toMatchObject({ padding: [none, none] });
  });

  test("maxpool(2) has stride 2, no padding and floor; global has one window", () => {
    const [pool] = lowered("maxpool", { kernel: extent(2) });
    expect(pool).toEqual({
      operation: "maxpool",
      inputs: [7],
      attributes: { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [none, none], ceil: false },
    });
    const [caffe] = lowered("avgpool", {
      kernel: extent(3),
      stride: extent(2),
      padding: extent(1),
      ceil: flag(true),
    });
    expect(caffe?.attributes).toEqual({
      kernel: [3, 3],
      stride: [2, 2],
      dilation: [1, 1],
      padding: [one, one],
      ceil: true,
    });
    const [dilated] = lowered("maxpool", {
      kernel: extent(3),
      stride: extent(1),
      dilate: extent(2, 4),
      padding: choice("same"),
    });
    expect(dilated?.attributes).toMatchObject({
      dilation: [2, 4],
      padding: [
        { before: 2, after: 2 },
        { before: 4, after: 4 },
      ],
    });
    expect(lowered("avgpool", { global: flag(true) })).toEqual([
      { operation: "global_pool", attributes: { kind: "average" }, inputs: [7] },
    ]);
  });

  test("avgpool(bins = 6) gives six by six cells, and one bin is the global pool", () => {
    expect(lowered("avgpool", { bins: extent(6) })).toEqual([
      { operation: "adaptive_pool", attributes: { kind: "average", bins: [6, 6] }, inputs: [7] },
    ]);
    expect(lowered("maxpool", { bins: extent(1, 2) })[0]?.attributes).toEqual({ kind: "max", bins: [1, 2] });
    expect(lowered("maxpool", { bins: extent(1) })).toEqual([
      { operation: "global_pool", attributes: { kind: "max" }, inputs: [7] },
    ]);
  });

  test("unpool(pool1) takes the values, the pool and what went into it; without a pool it is nearest or nails", () => {
    expect(lowered("unpool", { pool: map(pool1) })).toEqual([
      { operation: "unpool", attributes: pool1.attributes, inputs: [7, 3, 2] },
    ]);
    expect(lowered("unpool", { mode: choice("nearest"), factor: extent(2) })).toEqual([
      {
        operation: "resize",
        attributes: { mode: "nearest", factor: [2, 2], alignCorners: false },
        inputs: [7],
      },
    ]);
    expect(lowered("unpool", { mode: choice("bed_of_nails"), factor: extent(2, 3) })).toEqual([
      { operation: "bed_of_nails", attributes: { factor: [2, 3] }, inputs: [7] },
    ]);
  });

  test("upsample(2, learned) is a transposed convolution with padding 0 that keeps the channels", () => {
    const [plain] = lowered("upsample", { factor: extent(2), mode: choice("learned") });
    expect(plain?.operation).toBe("transposed_conv");
    expect(plain?.attributes).toEqual({
      channels: 64,
      kernel: [2, 2],
      stride: [2, 2],
      padding: [none, none],
      ...weights,
    });
    const [fcn] = lowered("upsample", {
      factor: extent(8),
      mode: choice("learned"),
      kernel: extent(16),
      channels: count(64),
      groups: count(64),
      bias: flag(false),
      init: { kind: "initialisation", value: { kind: "bilinear" } },
      frozen: flag(true),
    });
    expect(fcn?.attributes).toEqual({
      channels: 64,
      kernel: [16, 16],
      stride: [8, 8],
      padding: [none, none],
      groups: 64,
      bias: false,
      init: { kind: "bilinear" },
      frozen: true,
    });
  });

  test("upsample(2, bilinear) resizes, and with to = a map takes its size", () => {
    expect(lowered("upsample", { factor: extent(2), mode: choice("bilinear") })).toEqual([
      {
        operation: "resize",
        attributes: { mode: "bilinear", factor: [2, 2], alignCorners: false },
        inputs: [7],
      },
    ]);
    expect(
      lowered("upsample", { mode: choice("bilinear"), to: map(pool1), align_corners: flag(true) }),
    ).toEqual([
      { operation: "resize_to", attributes: { mode: "bilinear", alignCorners: true }, inputs: [7, 3] },
    ]);
  });

  test("dense has weights and no groups", () => {
    expect(lowered("dense", { channels: count(10), bias: flag(false) })).toEqual([
      {
        operation: "dense",
        attributes: { channels: 10, bias: false, init: { kind: "he" }, frozen: false },
        inputs: [7],
      },
    ]);
  });

  test("pixel_shuffle and its inverse take one factor, or one per axis", () => {
    expect(lowered("pixel_shuffle", { factor: extent(2) })).toEqual([
      { operation: "pixel_shuffle", attributes: { factor: [2, 2] }, inputs: [7] },
    ]);
    expect(lowered("pixel_unshuffle", { factor: extent(1, 3) })).toEqual([
      { operation: "pixel_unshuffle", attributes: { factor: [1, 3] }, inputs: [7] },
    ]);
  });

  test("normalisation, activations and dropout have the documented defaults", () => {
    expect(lowered("batchnorm")[0]?.attributes).toEqual({
      momentum: 0.9,
      epsilon: 1e-5,
      scale: true,
      shift: true,
      frozen: false,
    });
    const imageNorm = { epsilon: 1e-5, scale: true, shift: true, frozen: false };
    expect(lowered("instancenorm")[0]?.attributes).toEqual(imageNorm);
    expect(lowered("groupnorm", { groups: count(32) })[0]?.attributes).toEqual({ groups: 32, ...imageNorm });
    expect(lowered("lrn")[0]?.attributes).toEqual({ size: 5, alpha: 1e-4, beta: 0.75, k: 1 });
    expect(lowered("leaky_relu")[0]?.attributes).toEqual({ slope: 0.01 });
    expect(lowered("leaky_relu", { slope: number(0.2) })[0]?.attributes).toEqual({ slope: 0.2 });
    expect(lowered("elu")[0]?.attributes).toEqual({ alpha: 1 });
    expect(lowered("prelu")[0]?.attributes).toEqual({ init: 0.25, shared: false });
    expect(lowered("prelu", { shared: flag(true) })[0]?.attributes).toEqual({ init: 0.25, shared: true });
    expect(lowered("layer_scale")[0]?.attributes).toEqual({ init: 1e-6, shared: false });
    expect(lowered("layer_scale", { shared: flag(true) })[0]?.attributes).toEqual({
      init: 1e-6,
      shared: true,
    });
    expect(lowered("layernorm")[0]?.attributes).toEqual(imageNorm);
    expect(lowered("dropout")[0]?.attributes).toEqual({ rate: 0.5, drops: "values" });
    for (const name of ["relu", "relu6", "sigmoid", "tanh", "swish", "gelu", "hard_swish", "softmax"]) {
      expect(lowered(name)).toEqual([{ operation: name, attributes: {}, inputs: [7] }]);
    }
  });

  test("softmax and pools take the channels of a position, or the positions of a channel", () => {
    expect(lowered("softmax")).toEqual([{ operation: "softmax", attributes: {}, inputs: [7] }]);
    expect(lowered("softmax", { over: choice("space") })).toEqual([
      { operation: "spatial_softmax", attributes: {}, inputs: [7] },
    ]);
    expect(lowered("maxpool", { over: choice("channels") })).toEqual([
      { operation: "channel_pool", attributes: { kind: "max" }, inputs: [7] },
    ]);
    expect(lowered("avgpool", { over: choice("channels") })[0]?.attributes).toEqual({ kind: "average" });
  });

  test("attention takes its feature maps by name, and the number of regions from them", () => {
    expect(lowered("attend", { key: map(pool1), value: map(pool1), heads: count(4) })).toEqual([
      { operation: "attend", attributes: { heads: 4 }, inputs: [7, 3, 3] },
    ]);
    expect(lowered("gather", { regions: map(pool1) })).toEqual([
      { operation: "gather", attributes: { positions: [64, 1], mean: false }, inputs: [7, 3] },
    ]);
    expect(lowered("distribute", { gathered: map(pool1) })).toEqual([
      { operation: "distribute", attributes: { positions: [64, 1] }, inputs: [7, 3] },
    ]);
  });

  test("crop and pad take one number, one per axis, or single sides", () => {
    expect(lowered("crop", { margins: extent(2) })[0]?.attributes).toEqual({
      margins: [
        { before: 2, after: 2 },
        { before: 2, after: 2 },
      ],
    });
    expect(
      lowered("pad", { margins: extent(1, 2), right: count(5), mode: choice("reflect") })[0]?.attributes,
    ).toEqual({
      margins: [one, { before: 2, after: 5 }],
      mode: "reflect",
      value: 0,
    });
    expect(lowered("pad", { top: count(3) })[0]?.attributes).toEqual({
      margins: [{ before: 3, after: 0 }, none],
      mode: "zeros",
      value: 0,
    });
  });
});

describe("the registry", () => {
  test("every operation stands under its own name, with a sentence for the documentation", () => {
    for (const [name, operation] of Object.entries(operations)) {
      expect(operation.name).toBe(name);
      expect(operation.summary).toMatch(/^[A-Z1].*\.$/);
    }
  });

  test("every word's parameters have different names and a sentence, and required ones come without their name", () => {
    for (const word of words.values()) {
      const names = word.parameters.map((parameter) => parameter.name);
      expect(new Set(names).size).toBe(names.length);
      for (const parameter of word.parameters) {
        expect(parameter.summary, `${word.name} ${parameter.name}`).toMatch(/^[A-Z].*\.$/);
        if (parameter.required) expect(parameter.positional).toBe(true);
      }
    }
  });

  test("the words of the language are these", () => {
    expect([...words.keys()].sort()).toEqual(
      [
        "attend avgpool batchnorm channel_shuffle conv crf crop dense distribute downsample dropout gather groupnorm instancenorm layer_scale layernorm lrn maxpool pad pixel_shuffle pixel_unshuffle prelu softmax stochastic_depth",
        ...Object.keys(activations),
        "transposed_conv unpool upsample",
      ]
        .join(" ")
        .split(" ")
        .sort(),
    );
  });
});
