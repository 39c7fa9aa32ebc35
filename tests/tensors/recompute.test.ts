/** Feature maps computed again in the backward pass: the same numbers, fewer of them held. */
import { describe, expect, it } from "vitest";
import { evaluate, feedName } from "../../compiler/tensors/evaluate.ts";
import { plan } from "../../compiler/tensors/passes/plan.ts";
import { droppedValues, type Recomputation } from "../../compiler/tensors/passes/recompute/dropped-values.ts";
import { recomputationLevels } from "../../compiler/tensors/passes/recompute/levels.ts";
import { recomputed } from "../../compiler/tensors/passes/recompute/recompute.ts";
import type { Program } from "../../compiler/tensors/program.ts";
import { gradientsProgram } from "../../compiler/tensors/programs/training.ts";
import { printProgram } from "../../compiler/tensors/text/print.ts";
import { readProgram } from "../../compiler/tensors/text/read.ts";
import { elementCount } from "../../compiler/tensors/value.ts";
import { shapesAt } from "../../runtime/engines/check-inputs.ts";
import { Random } from "../../runtime/random.ts";
import { compileNetwork } from "../support/compile-network.ts";

function gradientsOf(text: string, size: number, batch: number): Program {
  const { graph } = compileNetwork(text);
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const outputs = graph.outputs.map((output) => ({ output, predicts: "classes" as const, terms: [term] }));
  const shaped = shapesAt(graph, new Map([["image", [size, size] as const]]));
  return gradientsProgram(shaped, batch, outputs, { dropout: true });
}

/** Twelve layers in a row. */
const chain = `network Chain {
  input image [2, H, W]
  repeat 12 { conv(4, 3x3, bias = false) batchnorm relu }
  conv(2, 1x1)
  output labels by softmax
}`;

const networks = {
  chain,
  "a U-Net with dropout and strides": `network UNet {
    input image [2, H, W]
    block double(channels) { conv(channels, 3x3, bias = false) batchnorm relu conv(channels, 3x3) relu }
    double(4) as level
    maxpool(2) double(8) dropout(0.5) as low
    conv(8, 3x3, stride = 2) groupnorm(2) tanh
    upsample(2, bilinear) skip low by add
    transposed_conv(4, 2x2, stride = 2)
    skip level by concat
    double(4)
    conv(3, 1x1)
    output labels by softmax
  }`,
  "pooling indices and attention": `network SegNet {
    input image [2, H, W]
    conv(4, 3x3) batchnorm relu maxpool(2) as one
    conv(8, 3x3) relu maxpool(2) as two
    conv(8, 1x1) as key
    from two conv(8, 1x1) as value
    from two conv(8, 1x1) attend(key, value, heads = 2)
    skip two by add
    unpool(two) conv(4, 3x3) instancenorm relu
    unpool(one) conv(3, 3x3)
    output labels by softmax
  }`,
} as const;

const settings: readonly Recomputation[] = [2, 3, 5, 12].flatMap((segments) => [
  { segments, products: false },
  { segments, products: true },
]);

function given(program: Program) {
  const random = new Random(3, "recompute");
  const values = (id: number) => {
    const { type, shape } = program.values[id] ?? { type: "float32", shape: [] };
    return Array.from({ length: elementCount(shape) }, () => (type === "int32" ? 0 : random.normal()));
  };
  return {
    feeds: new Map(program.feeds.map(({ kind, name, value }) => [feedName(kind, name), values(value)])),
    state: new Map(program.state.map(({ name, value }) => [name, values(value)])),
  };
}

describe("recomputation", () => {
  it("repeats the steps that the backward pass reads, and gives out what the forward pass computed", () => {
    const program = readProgram(`program "P"
feed input "x" %0 : float32[2]
%1 = exp(%0) : float32[2] @ forward 1 "exp"
%2 = tanh(%1) : float32[2] @ forward 2 "tanh"
%3 = multiply(%2, %1) : float32[2] @ backward 1 "exp"
output map "y" %2
output gradient "x" %3
`);
    expect(printProgram(recomputed(program, new Set([1])))).toBe(`program "P"
feed input "x" %0 : float32[2]
%1 = exp(%0) : float32[2] @ forward 1 "exp"
%2 = tanh(%1) : float32[2] @ forward 2 "tanh"
%3 = exp(%0) : float32[2] @ recomputation 1 "exp"
%4 = multiply(%2, %3) : float32[2] @ backward 1 "exp"
output map "y" %2
output gradient "x" %4
`);
  });

  describe.each(Object.entries(networks))("of %s", (_, text) => {
    const program = gradientsOf(text, 16, 2);
    const inputs = given(program);
    const expected = evaluate(program, inputs);

    it.each(settings)("changes no bit with $segments segments, products $products", (recomputation) => {
      const changed = recomputed(program, droppedValues(program, recomputation));
      expect(changed.steps.length).toBeGreaterThan(program.steps.length);
      expect(readProgram(printProgram(changed)).steps.length).toBe(changed.steps.length);
      const found = evaluate(changed, inputs);
      expect([...found.outputs.keys()]).toEqual([...expected.outputs.keys()]);
      for (const [name, { data }] of expected.outputs)
        expect(found.outputs.get(name)?.data, name).toEqual(data);
      for (const [name, { data }] of expected.state) expect(found.state.get(name)?.data, name).toEqual(data);
    });
  });

  it("holds less the more it computes again, less than half for a third more operations", () => {
    const program = gradientsOf(chain, 32, 2);
    const levels = recomputationLevels(program);
    const peaks = [plan(program).peak.bytes, ...levels.map(({ peak }) => peak)];
    expect(peaks).toEqual(peaks.toSorted((a, b) => b - a));
    const added = levels.map((level) => level.added);
    expect(added).toEqual(added.toSorted((a, b) => a - b));
    for (const { recomputation, peak } of levels)
      expect(plan(recomputed(program, droppedValues(program, recomputation))).peak.bytes).toBe(peak);
    expect(levels.at(-1)?.peak).toBeLessThan(0.45 * (peaks[0] ?? 0));
    // one forward pass of three
    expect(levels.at(-1)?.added).toBeLessThan(0.35);
    // what is not a product costs next to nothing to repeat
    expect(levels[0]?.added).toBeLessThan(0.03);
    expect(levels[0]?.peak).toBeLessThan(0.8 * (peaks[0] ?? 0));
  });

  it("is decided alike at every batch", () => {
    const [few, many] = [gradientsOf(chain, 32, 97), gradientsOf(chain, 32, 101)];
    for (const recomputation of settings)
      expect(droppedValues(many, recomputation)).toEqual(droppedValues(few, recomputation));
  });
});
