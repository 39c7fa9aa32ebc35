/**
 * Compares an operation, on one engine, with the float64 reference: every output, and gradients against central differences of the
 * reference.
 */
import { expect } from "vitest";
import type { OperationName } from "../../compiler/ops/attributes.ts";
import { computeByEngine } from "./compute-by-engine.ts";
import type { NumericEngine } from "./engines.ts";
import { judgedBy } from "./judged-by.ts";
import type { Computed, NumericCase } from "./numeric-case.ts";
import { computeByProgram, program, type TensorProgram } from "./program.ts";
import { recordVerified } from "./record-verified.ts";
import type { Maps } from "./reference/map.ts";

/**
 * Of the largest magnitude in the array, at least of 1. The sums here have at most some 200 terms of order 1; float32 rounds
 * each to 6e-8, and rounding that all went one way would reach 1.2e-5.
 */
export const tolerance = 2e-5;

/**
 * Of the tensor program, which computes in float64 as the reference does: some hundred terms of order 1. Its gradients are as near
 * as the differences of the reference; the tables of a crf are float32 on both sides, and summed in another order.
 */
const programTolerance = { output: 1e-10, gradient: 1e-6, crf: 1e-5 } as const;

/** Computes on the engine, compares everything with the reference, and records the largest errors. */
export async function verify<O extends OperationName>(
  engine: NumericEngine | TensorProgram,
  test: NumericCase<O>,
): Promise<void> {
  const { expected, cotangent, slopes } = judgedBy(test);
  const computed = await compute(engine, test, expected, cotangent);
  const exact = test.operation === "crf" ? programTolerance.crf : undefined;
  const isProgram = isTensorProgram(engine);
  const allowed = isProgram ? (exact ?? programTolerance.gradient) : (test.tolerance ?? tolerance);
  const allowedOutput = isProgram ? (exact ?? programTolerance.output) : allowed;
  const forward = compare("output", computed.output.data, expected.data, allowedOutput);
  const gradients: number[] = [];
  const check = (of: number | string, gradient: ArrayLike<number>): void => {
    const { places, derivatives } = slopes(of);
    const found = places.map((place) => gradient[place] ?? Number.NaN);
    const what = typeof of === "number" ? `input ${of}` : of;
    gradients.push(compare(`gradient of ${what}`, found, derivatives, allowed));
  };
  computed.inputGradients.forEach((gradient, i) => {
    if (i < test.inputs.length) check(i, gradient.data);
  });
  for (const [name, gradient] of Object.entries(computed.weightGradients))
    if (test.weights?.[name] !== undefined) check(name, gradient.data);
  expect(computed.leaked, "tensors left over").toBe(0);
  if (isTensorProgram(engine)) return;
  recordVerified(engine, {
    operation: test.operation,
    forward,
    gradient: gradients.length === 0 ? undefined : Math.max(...gradients),
  });
}

function isTensorProgram(engine: NumericEngine | TensorProgram): engine is TensorProgram {
  return engine === program;
}

/** Output and gradients, for the given gradient of the output. */
export function compute<O extends OperationName>(
  engine: NumericEngine | TensorProgram,
  test: NumericCase<O>,
  outputShape: Omit<Maps, "data">,
  cotangent: Maps,
): Promise<Computed> {
  return isTensorProgram(engine)
    ? Promise.resolve(computeByProgram(test, outputShape, cotangent))
    : computeByEngine(engine.engine, test, cotangent);
}

/** @returns the largest difference, of the largest magnitude expected, at least of 1 */
export function compare(
  what: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed = tolerance,
): number {
  expect(found.length, `${what}: how many`).toBe(expected.length);
  let largest = 1;
  let furthest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((found[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(difference <= allowed * largest)) {
      expect.fail(`${what}, place ${i}: found ${found[i]}, expected ${expected[i]} (largest ${largest})`);
    }
    furthest = Math.max(furthest, difference);
  }
  return furthest / largest;
}
