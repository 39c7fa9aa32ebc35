/** How far rounding to float32 moves the values of a program, by which gradients are judged that are less than their terms. */
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { evaluate, feedName, outputName } from "../../compiler/tensors/evaluate.ts";
import { float32, type Value } from "../../compiler/tensors/value.ts";
import { roundedSteps } from "../../tools/verify/float32-rounding.ts";

/** Half of the distance from 1 to the next float32. */
const unit = 2 ** -24;

/** The largest distance from the exact value of the first element, over 20 roundings. */
function moved(values: readonly number[], compute: (build: ProgramBuilder, x: Value) => Value): number {
  const build = new ProgramBuilder("rounded");
  const x = build.feed("input", "x", float32(1, values.length));
  build.output("map", "y", compute(build, x));
  const program = build.finish();
  const inputs = { feeds: new Map([[feedName("input", "x"), values]]), state: new Map() };
  const first = (results: ReturnType<typeof evaluate>) =>
    results.outputs.get(outputName("map", "y"))?.data[0] ?? Number.NaN;
  const exact = first(evaluate(program, inputs));
  const found = Array.from({ length: 20 }, (_, seed) => first(evaluate(program, inputs, roundedSteps(seed))));
  return Math.max(...found.map((value) => Math.abs(value - exact)));
}

describe("rounding", () => {
  it("moves a sum that cancels by a share of what is summed", () => {
    const terms = [1000, -999, -1, 0.001];
    const of = moved(terms, (build, x) => build.sum(x, [1]));
    expect(of).toBeLessThanOrEqual(2000.001 * unit * Math.SQRT2);
    expect(of).toBeGreaterThan(500 * unit);
  });

  it("moves a long sum as far as terms that are added one after the other, up to those of a block", () => {
    const of = (count: number) =>
      moved(
        Array.from({ length: count }, () => 1),
        (build, x) => build.sum(x, [1]),
      );
    expect(of(300) / 300).toBeLessThanOrEqual(10.1 * unit);
    expect(of(300) / 300).toBeGreaterThan(4 * unit);
    expect(of(30_000) / 30_000).toBeLessThanOrEqual(Math.sqrt(1024 / 3 + 1) * unit);
  });

  it("moves a product by a share of itself, and what is summed of it too", () => {
    const square = (build: ProgramBuilder, x: Value) => build.multiply(x, x);
    expect(moved([3], square)).toBeLessThanOrEqual(9 * unit);
    expect(moved([3], square)).toBeGreaterThan(2 * unit);
  });

  it("moves a mean by a share of the magnitudes, and a variance by a share of the variance", () => {
    const values = [1e4 + 1, 1e4 - 1, 1e4 + 1, 1e4 - 1];
    const part = (index: number) => (build: ProgramBuilder, x: Value) =>
      build.apply("moments", [x], { axes: [1] })[index] ?? x;
    expect(moved(values, part(0))).toBeGreaterThan(2500 * unit);
    expect(moved(values, part(1))).toBeLessThanOrEqual(2 * unit);
  });

  it("does not move what is only chosen, compared or put elsewhere", () => {
    expect(moved([1 / 3, 2], (build, x) => build.maximum(build.reshape(x, [2, 1]), 0))).toBe(0);
    expect(moved([1 / 3, 2], (build, x) => build.negate(build.transpose(x, [1, 0])))).toBe(0);
  });
});
