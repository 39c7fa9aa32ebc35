/** Steps of a network of one convolution, compared with the optimizers' formulas in float64. */
import { expect, it } from "vitest";
import type { OptimizerConfiguration } from "../../compiler/learning/optimizers/registry.ts";
import { recordEntry } from "../numeric/record-entry.ts";
import { classesOf, feed, randomLabels, randomMaps, target } from "./batches.ts";
import { onEachEngineHere } from "./engines-here.ts";
import { oneConvolution } from "./graphs.ts";
import { type LossRule, lossAndGradient, type OneConvolution } from "./one-conv-reference.ts";
import { adam, adamw, dataOf, distance, openSession, rmsprop, sgd } from "./sessions.ts";

const image = randomMaps(3, [2, 5, 6, 2]);
const labels = randomLabels(3, [2, 5, 6], 3, 7);

interface State {
  readonly first: number[];
  readonly second: number[];
  readonly mean: number[];
}

/** The update rules, written for single numbers in float64. */
function updated(
  rule: OptimizerConfiguration,
  values: number[],
  gradient: number[],
  state: State,
  step: number,
  rate: number,
): number[] {
  return values.map((value, i) => {
    const g = gradient[i] ?? 0;
    if (rule.kind === "sgd") {
      const slope = g + rule.weightDecay * value;
      const velocity = rule.momentum * (state.first[i] ?? 0) + slope;
      state.first[i] = velocity;
      return value - rate * (rule.nesterov ? slope + rule.momentum * velocity : velocity);
    }
    if (rule.kind === "rmsprop") {
      const slope = g + rule.weightDecay * value;
      const square = rule.alpha * (state.second[i] ?? 0) + (1 - rule.alpha) * slope * slope;
      state.second[i] = square;
      const mean = rule.alpha * (state.mean[i] ?? 0) + (1 - rule.alpha) * slope;
      state.mean[i] = mean;
      const root = Math.sqrt(rule.centered ? square - mean * mean : square);
      const velocity = rule.momentum * (state.first[i] ?? 0) + slope / (root + rule.epsilon);
      state.first[i] = velocity;
      return value - rate * velocity;
    }
    const m = rule.beta1 * (state.first[i] ?? 0) + (1 - rule.beta1) * g;
    const v = rule.beta2 * (state.second[i] ?? 0) + (1 - rule.beta2) * g * g;
    state.first[i] = m;
    state.second[i] = v;
    const mHat = m / (1 - rule.beta1 ** step);
    const vHat = v / (1 - rule.beta2 ** step);
    return value - rate * rule.weightDecay * value - (rate * mHat) / (Math.sqrt(vHat) + rule.epsilon);
  });
}

const cases: readonly (readonly [string, OptimizerConfiguration, LossRule])[] = [
  ["SGD without momentum", sgd({ momentum: 0 }), { weights: undefined, reduction: "mean" }],
  ["SGD with momentum", sgd(), { weights: undefined, reduction: "mean" }],
  ["Nesterov momentum", sgd({ nesterov: true }), { weights: undefined, reduction: "mean" }],
  ["SGD with weight decay", sgd({ weightDecay: 0.1 }), { weights: undefined, reduction: "mean" }],
  ["SGD with weighted classes", sgd(), { weights: [0.5, 2, 0], reduction: "mean" }],
  ["SGD on the sum", sgd({ momentum: 0.5 }), { weights: [1, 2, 3], reduction: "sum" }],
  ["Adam", adam(), { weights: undefined, reduction: "mean" }],
  ["AdamW", adamw({ weightDecay: 0.1 }), { weights: undefined, reduction: "mean" }],
  ["RMSProp", rmsprop(), { weights: undefined, reduction: "mean" }],
  [
    "RMSProp with momentum",
    rmsprop({ momentum: 0.9, weightDecay: 0.1 }),
    { weights: undefined, reduction: "mean" },
  ],
  ["centred RMSProp", rmsprop({ centered: true, epsilon: 1e-3 }), { weights: [1, 2, 3], reduction: "mean" }],
  ["Adam with decoupled weight decay", adam({ weightDecay: 0.1 }), { weights: [1, 2, 3], reduction: "mean" }],
];

await onEachEngineHere("four steps of a one-convolution network", (engine) => {
  it.each(cases)("follow the rule: %s", async (_, optimizer, loss) => {
    const session = await openSession(engine, oneConvolution(), { optimizer, loss });
    const start = await session.readWeights();
    let network: OneConvolution = {
      kernel: 3,
      inputChannels: 2,
      classes: 3,
      weight: dataOf(start, "conv1.weight"),
      bias: dataOf(start, "conv1.bias"),
    };
    const weightState: State = { first: [], second: [], mean: [] };
    const biasState: State = { first: [], second: [], mean: [] };
    for (let step = 1; step <= 4; step++) {
      const rate = 0.05 / step;
      const expected = lossAndGradient(network, image, labels, loss);
      const result = await session.step(feed(image), target(labels), rate);
      // Float32 sums of some hundred terms; the summed loss is near 150.
      expect(Math.abs(result.loss - expected.loss)).toBeLessThan(2e-6 * Math.max(1, expected.loss));
      expect([...classesOf(result).data]).toEqual(expected.predictions);
      expect(classesOf(result).shape).toEqual([2, 5, 6]);
      network = {
        ...network,
        weight: updated(optimizer, network.weight, expected.weight, weightState, step, rate),
        bias: updated(optimizer, network.bias, expected.bias, biasState, step, rate),
      };
    }
    const found = await session.readWeights();
    // Weights are near 1. Adam divides by the root of the second moment, which amplifies rounding of small gradients.
    const tolerance = optimizer.kind !== "sgd" ? 2e-5 : 2e-6 * (loss.reduction === "sum" ? 10 : 1);
    const error = Math.max(
      distance(dataOf(found, "conv1.weight"), network.weight),
      distance(dataOf(found, "conv1.bias"), network.bias),
    );
    expect(error).toBeLessThan(tolerance);
    const { kind } = optimizer;
    recordEntry({ catalogue: "optimizers", name: kind, computer: engine, value: error, gradient: undefined });
  });

  it("start from gradients that equal the float64 ones", async () => {
    const loss = { weights: [1, 2, 3], reduction: "mean" } as const;
    const session = await openSession(engine, oneConvolution({ kernel: 5 }), { loss });
    const weights = await session.readWeights();
    const network = {
      kernel: 5,
      inputChannels: 2,
      classes: 3,
      weight: dataOf(weights, "conv1.weight"),
      bias: dataOf(weights, "conv1.bias"),
    };
    const expected = lossAndGradient(network, image, labels, loss);
    const gradients = await session.gradients(feed(image), target(labels));
    // Means of values below 1, in float32.
    expect(distance(dataOf(gradients, "conv1.weight"), expected.weight)).toBeLessThan(1e-6);
    expect(distance(dataOf(gradients, "conv1.bias"), expected.bias)).toBeLessThan(1e-6);
    expect((await session.evaluate(feed(image), target(labels))).loss).toBeCloseTo(expected.loss, 5);
    expect(await session.readWeights()).toEqual(weights);
  });
});
