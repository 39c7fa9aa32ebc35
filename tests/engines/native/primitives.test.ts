/** Every primitive on ONNX Runtime, against its float64 evaluation. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../../compiler/tensors/primitives/registry.ts";
import { readProgram } from "../../../compiler/tensors/text/read.ts";
import { elementCount, type TensorType } from "../../../compiler/tensors/value.ts";
import type { Random } from "../../../runtime/random.ts";
import { callProgram, resultOf, run } from "../../tensors/call-program.ts";
import { type Case, operandsOf } from "../../tensors/cases/case.ts";
import { cases } from "../../tensors/cases/cases.ts";
import { comparePrimitive, runOnnx } from "./compare-primitive.ts";

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

/** Single precision, sums of some hundred products of numbers below 10. */
const tolerance = 2e-5;

/** Few different numbers, all below 0. */
function tied(operands: readonly TensorType[], random: Random): readonly number[] {
  return operands.flatMap(({ shape }) =>
    Array.from({ length: elementCount(shape) }, () => -1 - random.integer(3)),
  );
}

describe("a primitive on ONNX Runtime is what it is in float64:", () => {
  it.each(names)("%s", (name) => comparePrimitive(name, {}, { numRuns: 40, tolerance }));

  it("the first maximum of a window wins, whatever its padding, dilation and overlap", async () => {
    const one: Case<"window_max"> = {
      ...cases.window_max,
      draw: ({ operands }, _, random) => tied(operands, random),
    };
    await fc.assert(
      fc.asyncProperty(one.calls, fc.nat(), async (call, seed) => {
        const operands = operandsOf(one, call, seed);
        const program = callProgram("window_max", call);
        const expected = resultOf(run(program, operands), "map", "1").data;
        const found = await runOnnx(program, operands);
        expect([...(found.get(outputName("map", "1")) ?? [])]).toEqual([...expected]);
      }),
      { numRuns: 80, seed: 20261124 },
    );
  });

  it("a vector is repeated along its axis over what was a longer vector before it was given two axes", async () => {
    const program = readProgram(`program "Repeated"
feed input "0" %0 : float32[6]
feed input "1" %1 : float32[3]
%2 = reshape(%0) shape=[2,3] : float32[2, 3] @ forward 1 "y"
%3 = reshape(%1) shape=[1,3] : float32[1, 3] @ forward 1 "y"
%4 = multiply(%2, %3) : float32[2, 3] @ forward 1 "y"
output map "0" %4
`);
    const operands = [
      [1, 2, 3, 4, 5, 6],
      [1, 10, 100],
    ].map((values) => ({ data: Float64Array.from(values) }));
    const found = await runOnnx(program, operands);
    expect([...(found.get(outputName("map", "0")) ?? [])]).toEqual([1, 20, 300, 4, 50, 600]);
  });

  it("padding as wide as the kernel, before a dilated window, changes no place", async () => {
    const places = {
      stride: [1, 1],
      dilation: [3, 3],
      before: [3, 3],
      after: [3, 3],
      kernel: [3, 3],
    } as const;
    const operand: TensorType = { type: "float32", shape: [2, 2, 5, 4] };
    const program = callProgram("window_max", { attributes: places, operands: [operand] });
    const data = Float64Array.from({ length: 80 }, (_, i) => -1 - ((i * 7) % 11));
    const expected = run(program, [{ data }]);
    const found = await runOnnx(program, [{ ...operand, data }]);
    for (const name of ["0", "1"])
      expect([...(found.get(outputName("map", name)) ?? [])]).toEqual([
        ...resultOf(expected, "map", name).data,
      ]);
  });
});
