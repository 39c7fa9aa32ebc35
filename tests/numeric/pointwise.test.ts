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
];

/** Around zero, 1.5 on each side, and around relu6's upper kink. */
const nearZero = (): Maps => distinctMaps(new Random(31), [2, 3, 4, 4]);
const nearSix = (): Maps => eachCell(nearZero(), (value) => value + 6);

await onEachEngine("activations", (backend) => {
  it.each(activations)("%s with %j is right around zero and six", async (operation, attributes, f) => {
    for (const input of [nearZero(), nearSix()]) {
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
      attributes: { init: 0.25 },
      inputs: [input],
      weights: { slope: normalWeight(new Random(32), [3]) },
      differentiableWeights: ["slope"],
      reference: ([map = input], weights) =>
        eachCell(map, (value, channel) => (value > 0 ? value : value * weightAt(weights, "slope", channel))),
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
