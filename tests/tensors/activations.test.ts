import { expect, it } from "vitest";
import type { Activation } from "../../compiler/ops/activations/activation.ts";
import { type ActivationName, activations } from "../../compiler/ops/activations/registry.ts";
import { evaluateFormula } from "../../compiler/ops/evaluate-formula.ts";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import { expandFormula } from "../../compiler/tensors/passes/expand/pointwise.ts";
import { float32 } from "../../compiler/tensors/value.ts";

// the names of the registry
const names = Object.keys(activations) as ActivationName[];

/** Kinks, and what float32 exponentials cannot hold. */
const places = [-1000, -100, -6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 7, 100, 1000];

it.each(names)("the program of %s has the slope of its declared derivative, at kinks too", (name) => {
  // each formula reads its own parameters only
  const { value, derivative, parameters } = activations[name] as unknown as Activation<string>;
  const defaults = Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, one.default]));
  const build = new ProgramBuilder(name);
  const x = build.feed("input", "x", float32(1, 1, 1, places.length));
  const result = expandFormula(value(defaults), { build, inputs: [x], weight: () => x });
  if (typeof result === "number") throw new Error(`${name} is a number`);
  const gradients = differentiate(build, [{ value: result, weights: build.fill(1, x.shape) }], [x]);
  build.output("map", "y", result);
  build.output("gradient", "x", gradients.get(x.id) ?? x);
  const { outputs } = evaluate(build.finish(), {
    feeds: new Map([[feedName("input", "x"), places]]),
    state: new Map(),
  });
  const expected = (formula: typeof value) =>
    places.map((at) => expect.closeTo(evaluateFormula(formula(defaults), [at]), 10));
  expect([...(outputs.get(outputName("map", "y"))?.data ?? [])]).toEqual(expected(value));
  expect([...(outputs.get(outputName("gradient", "x"))?.data ?? [])]).toEqual(expected(derivative));
});
