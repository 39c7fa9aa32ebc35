/** Primitives on ONNX Runtime, compared with their float64 evaluation. */
import fc from "fast-check";
import * as runtime from "onnxruntime-node";
import { expect } from "vitest";
import { feedName, outputName } from "../../../compiler/tensors/evaluate.ts";
import type { PrimitiveName } from "../../../compiler/tensors/primitives/attributes.ts";
import type { Tensor } from "../../../compiler/tensors/primitives/primitive.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { elementCount } from "../../../compiler/tensors/value.ts";
import { NativeExecutor } from "../../../runtime/engines/native/executor.ts";
import type { Provider } from "../../../runtime/engines/native/provider.ts";
import { Random } from "../../../runtime/random.ts";
import { callProgram, resultOf, run } from "../../tensors/call-program.ts";
import { type Case, operandsOf } from "../../tensors/cases/case.ts";
import { cases } from "../../tensors/cases/cases.ts";

export interface Kernels {
  readonly block?: number;
  readonly provider?: Provider;
}

export async function runOnnx(
  program: Program,
  operands: readonly Pick<Tensor, "data">[],
  { block, provider = "cpu" }: Kernels = {},
) {
  const executor = new NativeExecutor({ runtime, block, threads: 1, provider });
  try {
    const prepared = await executor.prepare(program);
    const feeds = new Map(
      program.feeds.map(({ kind, name }, place) => [
        feedName(kind, name),
        operands[place]?.data ?? new Float64Array(0),
      ]),
    );
    return (await prepared.run(feeds)).outputs;
  } finally {
    executor.close();
  }
}

/** Of each element of the program's output map "0", how far the blocked kernels are from the public operators on normal operands. */
export async function blockedDifferences(
  program: Program,
  shapes: readonly (readonly number[])[],
  block: number,
): Promise<readonly number[]> {
  const random = new Random(1);
  const operands = shapes.map((shape) => ({
    data: Float64Array.from({ length: elementCount(shape) }, () => random.normal()),
  }));
  const [blocked, publicly] = [
    await runOnnx(program, operands, { block }),
    await runOnnx(program, operands),
  ].map((found) => [...(found.get(outputName("map", "0")) ?? [])]);
  return (publicly ?? []).map((value, i) => Math.abs(value - (blocked?.[i] ?? Number.NaN)));
}

export interface Comparison {
  readonly numRuns: number;
  /** Of a value of size 1. */
  readonly tolerance: number;
}

/** Random calls of the primitive. */
export async function comparePrimitive(
  name: PrimitiveName,
  kernels: Kernels,
  { numRuns, tolerance }: Comparison,
): Promise<void> {
  const one = cases[name] as Case<PrimitiveName>; // the case of that name
  await fc.assert(
    fc.asyncProperty(one.calls, fc.nat(), async (call, seed) => {
      const operands = operandsOf(one, call, seed);
      const program = callProgram(name, call);
      const expected = run(program, operands);
      const found = await runOnnx(program, operands, kernels);
      for (const { name: place } of program.outputs) {
        const { data } = resultOf(expected, "map", place);
        const values = found.get(outputName("map", place));
        expect(values?.length).toBe(data.length);
        const wrong = data.findIndex(
          (value, i) => !(Math.abs((values?.[i] ?? Number.NaN) - value) <= tolerance * (1 + Math.abs(value))),
        );
        expect(wrong, `result ${place}, element ${wrong}: ${values?.[wrong]}, not ${data[wrong]}`).toBe(-1);
      }
    }),
    { numRuns, seed: 20261123 },
  );
}
