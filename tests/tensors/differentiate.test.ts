import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../compiler/tensors/passes/differentiate.ts";
import { printProgram } from "../../compiler/tensors/text/print.ts";
import { float32, type Value } from "../../compiler/tensors/value.ts";

/** The gradient of the sum of what `make` gives by its operand. */
function slopesOf(x: readonly number[], make: (build: ProgramBuilder, x: Value) => Value): readonly number[] {
  const build = new ProgramBuilder("slopes");
  const given = build.feed("input", "x", float32(1, 1, 1, x.length));
  const value = make(build, given);
  const gradients = differentiate(build, [{ value, weights: build.fill(1, value.shape) }], [given]);
  const gradient = gradients.get(given.id);
  if (gradient === undefined) return [];
  build.output("gradient", "x", gradient);
  const { outputs } = evaluate(build.finish(), {
    feeds: new Map([[feedName("input", "x"), x]]),
    state: new Map(),
  });
  return [...(outputs.get(outputName("gradient", "x"))?.data ?? [])];
}

describe("gradients where values are equal", () => {
  it("the slope of the larger and the smaller of two is that from the left of the first; |x| has slope 0 at 0", () => {
    expect(slopesOf([-1, 0, 1], (build, x) => build.maximum(x, 0))).toEqual([0, 0, 1]);
    expect(slopesOf([-1, 0, 1], (build, x) => build.abs(x))).toEqual([-1, 0, 1]);
    expect(slopesOf([5, 6, 7], (build, x) => build.minimum(x, 6))).toEqual([1, 1, 0]);
    expect(slopesOf([5, 6, 7], (build, x) => build.minimum(6, x))).toEqual([1, 0, 0]);
  });

  it("the first of the largest values of a window gets all, equal values of a reduction share", () => {
    const window = {
      kernel: [1, 3],
      stride: [1, 3],
      dilation: [1, 1],
      before: [0, 0],
      after: [0, 0],
    } as const;
    expect(slopesOf([2, 3, 3], (build, x) => build.windowMax(x, window)[0])).toEqual([0, 1, 0]);
    expect(slopesOf([2, 3, 3], (build, x) => build.max(x, [3]))).toEqual([0, 0.5, 0.5]);
  });
});

describe("gradients", () => {
  it("add up where a value is read more than once", () => {
    expect(slopesOf([3], (build, x) => build.add(build.multiply(x, x), x))).toEqual([7]);
  });

  it("end at stop_gradient, and are not there for what changes nothing", () => {
    expect(slopesOf([3], (build, x) => build.multiply(build.stopGradient(x), x))).toEqual([3]);
    expect(slopesOf([3], (build, x) => build.stopGradient(x))).toEqual([]);
  });

  it("are built only for what is wanted, and by the node they come from", () => {
    const build = new ProgramBuilder("product");
    const x = build.feed("input", "x", float32(2));
    const weight = build.state("weight", "scale1.scale", float32(2));
    build.at({ part: "forward", node: 1, name: "scale1", span: undefined });
    const value = build.multiply(x, weight);
    const weights = build.feed("gradient", "y", float32(2));
    differentiate(build, [{ value, weights }], [weight]);
    expect(printProgram(build.finish())).toBe(`program "product"
feed input "x" %0 : float32[2]
feed gradient "y" %3 : float32[2]
state weight "scale1.scale" %1 : float32[2]
%2 = multiply(%0, %1) : float32[2] @ forward 1 "scale1"
%4 = multiply(%3, %0) : float32[2] @ backward 1 "scale1"
`);
  });
});

describe("a program is evaluated", () => {
  it("only with all its feeds and state, each of its size", () => {
    const build = new ProgramBuilder("sum");
    const x = build.feed("input", "x", float32(2));
    build.output("map", "y", build.add(x, build.state("weight", "w", float32(2))));
    const run = (x: readonly number[] | undefined, w: readonly number[] | undefined) =>
      evaluate(build.finish(), {
        feeds: new Map(x === undefined ? [] : [[feedName("input", "x"), x]]),
        state: new Map(w === undefined ? [] : [["w", w]]),
      });
    expect(() => run(undefined, [1, 2])).toThrow("input x is not given");
    expect(() => run([1, 2], undefined)).toThrow("w is not given");
    expect(() => run([1], [1, 2])).toThrow("input x is float32[2], and 1 values are given");
    expect(run([1, 2], [3, 4]).outputs.get(outputName("map", "y"))?.data).toEqual(Float64Array.of(4, 6));
  });

  it("with new state beside the old, which every step reads", () => {
    const build = new ProgramBuilder("count");
    const count = build.state("statistic", "count", float32(1));
    build.update("count", build.add(count, 1));
    build.output("map", "before", count);
    const { outputs, state } = evaluate(build.finish(), {
      feeds: new Map(),
      state: new Map([["count", [4]]]),
    });
    expect(state.get("count")?.data).toEqual(Float64Array.of(5));
    expect(outputs.get(outputName("map", "before"))?.data).toEqual(Float64Array.of(4));
  });
});
