/** The formulas of elementwise operations: in float64, and as ONNX without its own operators for them. */

import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../../compiler/onnx/schema.ts";
import { type ActivationName, activations } from "../../compiler/ops/activations/registry.ts";
import { elementwise, formulaOf } from "../../compiler/ops/elementwise.ts";
import { evaluateFormula } from "../../compiler/ops/evaluate-formula.ts";
import type { Formula } from "../../compiler/ops/formula.ts";
import { inputAt } from "../../compiler/ops/rules.ts";
import { lowerGraph } from "../../compiler/targets/onnx/lower.ts";
import { rows } from "../../compiler/targets/onnx/rows.ts";
import { loadEngine } from "../../runtime/engines/engines.ts";
import { livelySubject } from "../../tools/verify/targets/compare-onnx.ts";
import { livelyWeights } from "../../tools/verify/targets/lively-weights.ts";
import { compileNetwork } from "../support/compile-network.ts";

/** The operation under test is the last; several feature maps come from the input by themselves. */
const programs: Readonly<Record<keyof typeof elementwise, string>> = {
  ...allActivations(),
  leaky_relu: "leaky_relu(0.2)",
  affine: "affine(0.3, shift = -1)",
  elu: "elu(0.7)",
  prelu: "prelu",
  layer_scale: "layer_scale(0.3)",
  dropout: "dropout(0.5)",
  batchnorm: "batchnorm(epsilon = 0.01)",
  add: "skip image by add",
  subtract: "skip image, image by subtract",
  multiply: "skip image by multiply",
  maximum: "skip image by maximum",
  minimum: "skip image by minimum",
};

/** With the parameters that they have where none is given. */
function allActivations(): Readonly<Record<ActivationName, string>> {
  const names = Object.keys(activations).map((name) => [name, name]);
  return Object.fromEntries(names); // every activation is a word
}

const values = [-30, -7.5, -3, -1, -0.5, -1e-3, 0, 1e-3, 0.25, 1, 2.5, 5.999, 6, 6.5, 9, 30];
const tensor = () => new Tensor("float32", Float32Array.from(values), [1, 1, 4, 4]);

describe("the formula of an elementwise operation", () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`${name}: float64, the engine and ONNX without an operator of its own agree`, async () => {
      const network = compileNetwork(`network One {\ninput image [1, H, W]\n${text}\noutput result\n}`);
      const { graph } = network;
      const node = inputAt(graph.nodes, graph.nodes.length - 1);
      expect(node.operation).toBe(name);
      const formula = formulaOf(node.operation, node.attributes as never, node.inputs.length); // a node's own attributes
      if (formula === undefined) throw new Error(`${name} has no formula`);
      const weights = livelyWeights(graph, 1);
      const channel = new Map(
        [...weights].map(([weight, { data }]) => [weight.split(".").at(-1) ?? "", data[0] ?? Number.NaN]),
      );
      const expected = values.map((value) =>
        evaluateFormula(
          formula,
          node.inputs.map(() => value),
          channel,
        ),
      );

      const session = await (await loadEngine("cpu")).open(graph, { seed: 1 });
      await session.writeWeights(weights);
      const image = { data: Float32Array.from(values), shape: [1, 4, 4, 1] as const };
      const predicted = await session.predict(new Map([["image", image]]));
      session.close();
      expectClose(predicted.get("result")?.data, expected);

      const subject = livelySubject(network);
      const withoutRows = Object.fromEntries(Object.keys(elementwise).map((each) => [each, undefined]));
      const table = { ...rows, ...withoutRows } as typeof rows; // elementwise rows may be missing
      const lowered = lowerGraph(subject, (weight) => inputAt([weights.get(weight)], 0) as never, table); // one number each
      if (lowered.kind === "refused") throw new Error("refused");
      const model = encodeModel({
        ir_version: 8,
        opset_import: [{ domain: "", version: 17 }],
        graph: lowered.graph,
      });
      const onnx = await InferenceSession.create(model, { logSeverityLevel: 3 });
      const { result } = await onnx.run({ image: tensor() });
      await onnx.release();
      expectClose(result?.data as Float32Array, expected); // the output is float
    });
  }
});

/** Float32: an absolute error where terms cancel, as in e^x − 1. */
function expectClose(found: Float32Array | undefined, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of (found ?? []).entries()) {
    const wanted = expected[i] ?? Number.NaN;
    expect(Math.abs(value - wanted), `at ${values[i]}`).toBeLessThan(2e-6 * Math.max(1, Math.abs(wanted)));
  }
}

describe("the error function in float64", () => {
  const erf: Formula = { kind: "unary", apply: "erf", to: { kind: "input", place: 0 } };

  // Abramowitz & Stegun 1964, table 7.1, and Wolfram's tables for 3 and 4.
  it.each([
    [0, 0],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [-1, -0.8427007929497149],
  ])("erf(%d)", (value, expected) => {
    expect(evaluateFormula(erf, [value])).toBeCloseTo(expected, 14);
  });
});
