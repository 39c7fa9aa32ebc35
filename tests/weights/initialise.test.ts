import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { WeightArray } from "../../runtime/arrays.ts";
import { initialiseWeights } from "../../runtime/weights/initialise.ts";
import { weightsOf } from "../../runtime/weights/weight-name.ts";
import { Network, oneConvolution, smallSegNet } from "../engines/graphs.ts";
import { compileNetwork } from "../support/compile-network.ts";

const none = { before: 0, after: 0 };

function weightOf(weights: ReadonlyMap<string, WeightArray>, name: string): WeightArray {
  const weight = weights.get(name);
  if (weight === undefined) throw new Error(`no weight ${name} among ${[...weights.keys()].join(", ")}`);
  return weight;
}

function moments({ data }: WeightArray): { mean: number; variance: number } {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return { mean, variance };
}

function transposed(options: { channels: number; kernel: number; groups?: number; init: "bilinear" | "he" }) {
  const network = new Network("transposed");
  const input = network.input("image", 4);
  const attributes = {
    channels: options.channels,
    kernel: [options.kernel, options.kernel],
    stride: [2, 2],
    groups: options.groups ?? 1,
    padding: [none, none],
    bias: false,
    init: { kind: options.init },
    frozen: false,
  } as const;
  const map = network.add("transposed_conv", attributes, [input]);
  return network.finish({ name: "map", node: map, logits: map, activation: undefined });
}

describe("initialiseWeights", () => {
  it("gives every weight of the graph its shape", () => {
    const graph = smallSegNet();
    const weights = initialiseWeights(graph, 1);
    expect([...weights.keys()]).toEqual(weightsOf(graph).map(({ name }) => name));
    for (const { name, specification } of weightsOf(graph)) {
      expect(weightOf(weights, name).shape).toEqual(specification.shape);
    }
  });

  it("starts biases at 0, scales at 1, shifts at 0, running means at 0 and running variances at 1", () => {
    const weights = initialiseWeights(smallSegNet(2), 1);
    const value = { bias: 0, scale: 1, shift: 0, running_mean: 0, running_variance: 1 };
    for (const [name, expected] of Object.entries(value)) {
      const node = name === "bias" ? "conv1" : "batchnorm1";
      expect([...weightOf(weights, `${node}.${name}`).data]).toEqual([expected, expected]);
    }
  });

  it("repeats itself for a seed, and differs for another", () => {
    const graph = oneConvolution();
    const first = weightOf(initialiseWeights(graph, 7), "conv1.weight").data;
    expect(weightOf(initialiseWeights(graph, 7), "conv1.weight").data).toEqual(first);
    expect(weightOf(initialiseWeights(graph, 8), "conv1.weight").data).not.toEqual(first);
  });

  it("draws the values that it always drew for a seed, bit for bit: runs recorded with it can be repeated", () => {
    const { graph } = compileNetwork(`network Golden {
      input image [3, H, W]
      conv(8, 3x3) batchnorm relu conv(8, 3x3, init = xavier) relu conv(8, 3x3, init = normal(0.01)) relu
      transposed_conv(2, 2x2, stride = 2)
      output labels by softmax
    }`);
    const digests = [...initialiseWeights(graph, 7)]
      .filter(([name]) => name.endsWith(".weight"))
      .map(([name, { data }]) => [name, createHash("sha256").update(data).digest("hex").slice(0, 16)]);
    expect(digests).toEqual([
      ["conv1.weight", "525281d3c8414457"],
      ["conv2.weight", "c292ad9bdde62a76"],
      ["conv3.weight", "1554326d77bcd188"],
      ["transposed_conv1.weight", "097099175ba2802e"],
    ]);
  });

  it("draws some of the weights as it draws all", () => {
    const graph = smallSegNet();
    const all = initialiseWeights(graph, 3);
    const some = initialiseWeights(graph, 3, new Set(["conv2.weight", "conv1.bias"]));
    expect([...some.keys()]).toEqual(["conv1.bias", "conv2.weight"]);
    for (const [name, weight] of some) expect(weight).toEqual(all.get(name));
  });

  it("leaves the other weights as they were when a layer is added", () => {
    const short = new Network("short");
    const first = short.conv(short.input("image", 3), 5);
    const long = new Network("long");
    const last = long.conv(long.conv(long.input("image", 3), 5), 4);
    const shortGraph = short.finish({ name: "map", node: first, logits: first, activation: undefined });
    const longGraph = long.finish({ name: "map", node: last, logits: last, activation: undefined });
    expect(weightOf(initialiseWeights(longGraph, 3), "conv1.weight")).toEqual(
      weightOf(initialiseWeights(shortGraph, 3), "conv1.weight"),
    );
  });

  it("draws he with variance 2 / fan-in and xavier with 2 / (fan-in + fan-out), around 0", () => {
    // 64 · 2 · 49 = 6272 values: the standard error of the variance is 1.8 % (normal), so 8 % is more than four of them.
    const he = weightOf(initialiseWeights(oneConvolution({ kernel: 7 }, 64), 5), "conv1.weight");
    expect(Math.abs(moments(he).variance / (2 / 98) - 1)).toBeLessThan(0.08);
    expect(Math.abs(moments(he).mean)).toBeLessThan(0.01);
    const xavierGraph = oneConvolution({ kernel: 7, init: { kind: "xavier" } }, 64);
    const xavier = weightOf(initialiseWeights(xavierGraph, 5), "conv1.weight");
    const variance = 2 / (2 * 49 + 64 * 49);
    expect(Math.abs(moments(xavier).variance / variance - 1)).toBeLessThan(0.08);
    expect(Math.max(...xavier.data.map(Math.abs))).toBeLessThanOrEqual(Math.fround(Math.sqrt(3 * variance)));
  });

  it("counts what reaches an output cell of a transposed convolution: kernel · input channels / stride", () => {
    // kernel 8, stride 2, 4 channels: 4 · 64 / 4 = 64. 32 · 4 · 64 = 8192 values, tolerance as above.
    const weight = weightOf(
      initialiseWeights(transposed({ channels: 32, kernel: 8, init: "he" }), 5),
      "transposed_conv1.weight",
    );
    expect(Math.abs(moments(weight).variance / (1 / 64) - 1)).toBeLessThan(0.08);
  });

  it.each([
    ["relu", 2],
    ["batchnorm leaky_relu", 2],
    ["skip image by concat relu", 2],
    ["", 1],
    ["sigmoid", 1],
    ["conv(8, 1x1) relu", 1],
    ["skip image by concat conv(8, 1x1) relu", 1],
  ])("draws a transposed convolution followed by `%s` with variance %i / fan-in", (after, gain) => {
    const { graph } = compileNetwork(`network T { input image [4, H, W]
      transposed_conv(64, 8x8, stride = 1, padding = same, bias = false) as up ${after} output y }`);
    // 4 · 64 · 64 = 16,384 values with fan-in 4 · 64: the standard error of the variance is 1.1 %, 5 % is more than four of them.
    const { variance } = moments(weightOf(initialiseWeights(graph, 5), "up.weight"));
    expect(Math.abs(variance / (gain / 256) - 1)).toBeLessThan(0.05);
  });

  it("keeps variance 2 / fan-in for a convolution and a dense layer that no rectifier follows", () => {
    const { graph } = compileNetwork(`network P { input image [4, 16, 16]
      conv(64, 7x7, padding = same) as head dense(64) as scores output y }`);
    const weights = initialiseWeights(graph, 5);
    expect(Math.abs(moments(weightOf(weights, "head.weight")).variance / (2 / 196) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moments(weightOf(weights, "scores.weight")).variance / (2 / 16384) - 1)).toBeLessThan(
      0.05,
    );
  });

  it("draws normal with the deviation asked for", () => {
    const graph = oneConvolution({ kernel: 7, init: { kind: "normal", deviation: 0.01 } }, 64);
    const { variance } = moments(weightOf(initialiseWeights(graph, 5), "conv1.weight"));
    expect(Math.abs(variance / 1e-4 - 1)).toBeLessThan(0.08);
  });

  it("makes the bilinear triangle from channel to channel: kernel 4 is (1, 3, 3, 1) / 4 on each axis", () => {
    const weights = initialiseWeights(transposed({ channels: 4, kernel: 4, init: "bilinear" }), 1);
    const { data, shape } = weightOf(weights, "transposed_conv1.weight");
    expect(shape).toEqual([4, 4, 4, 4]);
    const row = [0.25, 0.75, 0.75, 0.25];
    for (let from = 0; from < 4; from++) {
      for (let to = 0; to < 4; to++) {
        const kernel = [...data.slice((from * 4 + to) * 16, (from * 4 + to + 1) * 16)];
        const triangle = row.flatMap((y) => row.map((x) => (from === to ? y * x : 0)));
        expect(kernel).toEqual(triangle);
      }
    }
  });

  it("makes the bilinear triangle in every group, and for odd kernels", () => {
    const weights = initialiseWeights(transposed({ channels: 4, kernel: 3, groups: 4, init: "bilinear" }), 1);
    const { data, shape } = weightOf(weights, "transposed_conv1.weight");
    expect(shape).toEqual([4, 1, 3, 3]);
    const kernel = [0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25];
    expect([...data]).toEqual([...kernel, ...kernel, ...kernel, ...kernel]);
  });

  it("makes the identity: one at the centre, from channel to channel", () => {
    const network = new Network("identity");
    const map = network.conv(network.input("image", 2), 2, {
      init: { kind: "identity", maps: undefined, deviation: 0 },
    });
    const graph = network.finish({ name: "map", node: map, logits: map, activation: undefined });
    const { data } = weightOf(initialiseWeights(graph, 1), "conv1.weight");
    const ones = [...data.entries()].filter(([, value]) => value !== 0);
    // [2 output, 2 input, 3, 3]: (0, 0) and (1, 1), cell 4 of 9.
    expect(ones).toEqual([
      [0 * 18 + 0 * 9 + 4, 1],
      [1 * 18 + 1 * 9 + 4, 1],
    ]);
  });

  it("shares channels out among maps: n in and m out for each, every centre 1 / m (Yu & Koltun 2016, equation 5)", () => {
    const centres = (inputs: number, outputs: number, maps: number, groups = 1, word = "conv") => {
      const init = `identity(${maps})`;
      const { graph } = compileNetwork(`network I { input image [${inputs}, H, W]
        ${word}(${outputs}, 3x3, groups = ${groups}, init = ${init}, bias = false) output y }`);
      const { data, shape } = weightOf(initialiseWeights(graph, 1), `${word}1.weight`);
      const [first = 0, second = 0] = shape;
      expect(data.filter((_, i) => i % 9 !== 4).every((value) => value === 0)).toBe(true);
      return Array.from({ length: first }, (_, a) =>
        Array.from({ length: second }, (_, b) => data[9 * (a * second + b) + 4]),
      );
    };
    // [output, input]: two maps of one channel each, then of two
    expect(centres(2, 4, 2)).toEqual([[0.5, 0], [0.5, 0], [0, 0.5], [0, 0.5]]); // biome-ignore format: a matrix
    expect(centres(4, 2, 2)).toEqual([[1, 1, 0, 0], [0, 0, 1, 1]]); // biome-ignore format: a matrix
    expect(centres(4, 4, 2)[1]).toEqual([0.5, 0.5, 0, 0]);
    // in each of two groups [output, input of the group], and transposed [input, output]
    expect(centres(4, 4, 2, 2)).toEqual([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]); // biome-ignore format: a matrix
    expect(centres(2, 4, 2, 1, "transposed_conv")).toEqual([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]); // biome-ignore format: a matrix
  });

  it("draws every other weight of an identity from a normal of the deviation asked for", () => {
    const { graph } = compileNetwork(`network I { input image [8, H, W]
      conv(32, 3x3, init = identity(8, 0.02)) output y }`);
    const { data } = weightOf(initialiseWeights(graph, 1), "conv1.weight");
    const drawn = data.filter((value) => value !== 0.25);
    // all but the centre of each output from its own map
    expect(drawn).toHaveLength(32 * 8 * 9 - 32);
    const { mean, variance } = moments({ shape: [drawn.length], data: drawn });
    // 2,272 draws: the standard error of the variance is 3 %, that of the mean 0.0004.
    expect(Math.abs(variance / 0.02 ** 2 - 1)).toBeLessThan(0.12);
    expect(Math.abs(mean)).toBeLessThan(0.0017);
  });

  it("draws a dense layer's weight by the values of its map, and for xavier by its channels too", () => {
    for (const [kind, variance] of [
      ["he", 2 / (8 * 6 * 5)],
      ["xavier", 2 / (8 * 6 * 5 + 200)],
    ] as const) {
      const network = new Network("dense");
      const input = network.input("image", 8, [6, 5]);
      const attributes = { channels: 200, bias: false, init: { kind }, frozen: false } as const;
      const map = network.add("dense", attributes, [input]);
      const graph = network.finish({ name: "map", node: map, logits: map, activation: undefined });
      const weight = weightOf(initialiseWeights(graph, 3), "dense1.weight");
      expect(weight.shape).toEqual([200, 8, 6, 5]);
      // 48,000 draws: the variance's relative deviation is below 0.007, and the seed is fixed.
      expect(Math.abs(moments(weight).variance / variance - 1)).toBeLessThan(0.03);
    }
  });
});
