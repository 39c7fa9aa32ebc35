/** Activations are declarations: what others say of one follows from them. */
import { describe, expect, it } from "vitest";
import { declared } from "../../compiler/ops/activation-operations.ts";
import { activations } from "../../compiler/ops/activations/registry.ts";
import { evaluateFormula } from "../../compiler/ops/evaluate-formula.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import { drawnMaps } from "../../views/diagram/figure-of-graph.ts";
import { compileNetwork } from "../support/compile-network.ts";

const points = [-40, -7, -3.5, -2.25, -1, -0.125, 0.125, 0.75, 1, 2.5, 3.5, 5.5, 6.5, 40];

describe.each(declared)("$name", ({ name, parameters, value, derivative }) => {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([parameter, { default: usual }]) => [parameter, usual]),
  );

  it("has the derivative of its formula, and none that overflows", () => {
    const step = 1e-5;
    for (const x of points) {
      const difference =
        evaluateFormula(value(given), [x + step]) - evaluateFormula(value(given), [x - step]);
      expect(evaluateFormula(derivative(given), [x]), `at ${x}`).toBeCloseTo(difference / (2 * step), 8);
    }
    for (const x of [-1e4, -1000, -104, 104, 1000, 1e4])
      expect(evaluateFormula(derivative(given), [x]), `at ${x}`).not.toBeNaN();
  });

  it("is drawn, explained and initialised as a rectifier or a bounded function, without a line of its own", () => {
    const network = (activation: string) =>
      compileNetwork(`network One {
        input image [1, H, W]
        conv(8, 3x3) batchnorm ${activation} as first
        maxpool(2) conv(8, 3x3) ${activation}
        upsample(2, learned) ${activation}
        skip first by concat
        conv(2, 1x1) output labels by softmax
      }`).graph;
    expect(drawnMaps(network(name))).toBe(drawnMaps(network("relu")));
    const node = network(name).nodes.find(({ operation }) => operation === name);
    if (node === undefined) throw new Error(`${name} makes no node of its name`);
    expect(operationOf(node).kind).toBe("activation");
    expect(operationOf(node).label(node.attributes)).toMatch(/^[A-Za-z]/);
  });
});

it("names each activation as its word", () => {
  expect(declared.map(({ name }) => name)).toEqual(Object.keys(activations));
});
