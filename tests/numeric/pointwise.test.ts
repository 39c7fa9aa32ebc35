import { expect, it } from "vitest";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import { Random } from "../../runtime/random.ts";
import { onEachEngine } from "./each-engine.ts";
import { distinctMaps, type Maps, maps, picture, rowsOf } from "./reference/map.ts";
import { eachCell, softmax } from "./reference/pointwise.ts";
import { normalWeight, weightAt } from "./reference/weights.ts";
import { compute, verify } from "./verify.ts";

type Scalar = { [O in OperationName]: readonly [O, Attributes[O], (value: number) => number] }[OperationName];

/** Operation, attributes, what it does to a number. */
const activations: readonly Scalar[] = [
  ["relu", {}, (x) => Math.max(x, 0)],
  ["relu6", {}, (x) => Math.min(Math.max(x, 0), 6)],
  ["leaky_relu", { slope: 0.1 }, (x) => (x > 0 ? x : 0.1 * x)],
  ["elu", { alpha: 1 }, (x) => (x > 0 ? x : Math.expm1(x))],
  ["elu", { alpha: 0.3 }, (x) => (x > 0 ? x : 0.3 * Math.expm1(x))],
  ["sigmoid", {}, (x) => 1 / (1 + Math.exp(-x))],
  ["tanh", {}, Math.tanh],
  ["abs", {}, Math.abs],
  ["affine", { factor: 0.3, shift: 0 }, (x) => 0.3 * x],
  ["affine", { factor: -1, shift: 1 }, (x) => 1 - x],
  ["affine", { factor: 1, shift: -0.5 }, (x) => x - 0.5],
  ["affine", { factor: 1, shift: 0 }, (x) => x],
  ["swish", {}, (x) => x / (1 + Math.exp(-x))],
  ["gelu", {}, (x) => x * normalDistribution(x)],
  ["hard_swish", {}, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
  ["hard_sigmoid", {}, (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1)],
  ["softplus", {}, (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))],
];

const distribution = new Map<number, number>();

/** Remembered: of a feature map whose gradient is compared, one value changes at a time. */
function normalDistribution(x: number): number {
  const value = distribution.get(x) ?? integrated(x);
  distribution.set(x, value);
  return value;
}

/** By Simpson's rule from −12, where it is below 1e-32: 1 / √(2π) ∫ e^(−t² / 2) dt. */
function integrated(x: number): number {
  const steps = 2_000;
  const width = (x + 12) / steps;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const weighted = Array.from(
    { length: steps + 1 },
    (_, i) => (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density(-12 + i * width),
  );
  return (weighted.reduce((sum, value) => sum + value, 0) * width) / 3;
}

/** Around each kink of an activation, 1.5 on each side: 0, 6, and ±3 for the hard ones. */
const nearZero = (): Maps => distinctMaps(new Random(31), [2, 3, 4, 4]);
const near = (kink: number): Maps => eachCell(nearZero(), (value) => Math.fround(value + kink));

await onEachEngine("activations", (backend) => {
  it.each(activations)("%s with %j is right around its kinks", async (operation, attributes, f) => {
    for (const input of [0, 6, 3, -3].map(near)) {
      await verify(backend, {
        operation,
        attributes,
        inputs: [input],
        reference: ([map = input]) => eachCell(map, f),
      });
    }
  });

  it("learns one slope a channel in prelu", async () => {
    const input = nearZero();
    await verify(backend, {
      operation: "prelu",
      attributes: { init: 0.25, shared: false },
      inputs: [input],
      weights: { slope: normalWeight(new Random(32), [3]) },
      differentiableWeights: ["slope"],
      reference: ([map = input], weights) =>
        eachCell(map, (value, channel) => (value > 0 ? value : value * weightAt(weights, "slope", channel))),
    });
  });

  it("learns one slope for all channels in prelu(shared)", async () => {
    const input = nearZero();
    await verify(backend, {
      operation: "prelu",
      attributes: { init: 0.25, shared: true },
      inputs: [input],
      weights: { slope: normalWeight(new Random(33), [1]) },
      differentiableWeights: ["slope"],
      reference: ([map = input], weights) =>
        eachCell(map, (value) => (value > 0 ? value : value * weightAt(weights, "slope", 0))),
    });
  });

  it("learns one factor a channel in layer_scale", async () => {
    const input = nearZero();
    await verify(backend, {
      operation: "layer_scale",
      attributes: { init: 1e-6, shared: false },
      inputs: [input],
      weights: { factor: normalWeight(new Random(34), [3]) },
      differentiableWeights: ["factor"],
      reference: ([map = input], weights) =>
        eachCell(map, (value, channel) => value * weightAt(weights, "factor", channel)),
    });
  });

  it("makes probabilities over the channels with softmax, also where logits are far apart", async () => {
    for (const scale of [1, 30]) {
      const input = eachCell(nearZero(), (value) => Math.fround(value * scale));
      await verify(backend, {
        operation: "softmax",
        attributes: {},
        inputs: [input],
        reference: ([map = input]) => softmax(map),
      });
    }
  });

  it("stays at 0 and 1 for logits that would overflow an exponential", async () => {
    const input = maps(1, 2, 1, 2, (_b, c, _y, x) => (c === x ? 1000 : -1000));
    const test = { operation: "softmax", attributes: {}, inputs: [input], reference: softmax } as const;
    const { output } = await compute(backend, { ...test, reference: () => softmax(input) }, input, input);
    expect([...output.data]).toEqual([1, 0, 0, 1]);
  });

  it("has derivative 0 at the kink of relu, and the slope at that of leaky relu", async () => {
    const zero = picture([[0, 0]]);
    const ones = picture([[1, 1]]);
    const at = (operation: "relu" | "leaky_relu") =>
      compute(
        backend,
        { operation, attributes: { slope: 0.25 }, inputs: [zero], reference: () => zero },
        zero,
        ones,
      );
    expect((await at("relu")).inputGradients.map(rowsOf)).toEqual([[[0, 0]]]);
    expect((await at("leaky_relu")).inputGradients.map(rowsOf)).toEqual([[[0.25, 0.25]]]);
  });
});
