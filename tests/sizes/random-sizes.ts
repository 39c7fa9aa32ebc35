/** Random size functions, each with a second way to its values: the size rules composed one input size at a time. */
import fc from "fast-check";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import {
  ceilWindowSize,
  fixedSize,
  multipliedSize,
  shiftedSize,
  transposedWindowSize,
  windowSize,
} from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { linearSize } from "../../compiler/sizes/make-size.ts";
import type { SizeFunction, SizeStep } from "../../compiler/sizes/size-function.ts";

/** The value of a rule that must not refuse here. */
export function sound<T>(result: T | Refusal): T {
  if (result instanceof Refusal) throw new Error(`refused: ${result.problem.code}`);
  return result;
}

const margins = fc.record({ before: fc.nat(2), after: fc.nat(2) });
const kernel = fc.integer({ min: 3, max: 6 });
const stride = fc.integer({ min: 1, max: 4 });

export const anyStep: fc.Arbitrary<SizeStep> = fc.oneof(
  fc.tuple(kernel, stride, margins).map((of) => windowSize(...of)),
  fc.tuple(kernel, stride, margins).map((of) => ceilWindowSize(...of)),
  fc.tuple(kernel, stride, margins).map((of) => transposedWindowSize(...of)),
  fc.integer({ min: -9, max: 9 }).map(shiftedSize),
  fc.integer({ min: 1, max: 3 }).map(multipliedSize),
  fc.integer({ min: 1, max: 40 }).map(fixedSize),
);

export interface RandomSize {
  readonly size: SizeFunction;
  readonly at: (n: number) => number | undefined;
}

/** At most four operations on scale·H + shift. */
export const anySize: fc.Arbitrary<RandomSize> = fc
  .record({
    scale: fc.integer({ min: 1, max: 3 }),
    shift: fc.integer({ min: -12, max: 12 }),
    steps: fc.array(anyStep, { maxLength: 4 }),
  })
  .map(({ scale, shift, steps }) => ({
    size: steps.reduce((size, step) => sound(applyStep(size, step)), sound(linearSize("H", scale, shift))),
    at: (n) =>
      steps.reduce<number | undefined>(
        (cells, step) => (cells === undefined ? undefined : step.value(cells)),
        scale * n + shift >= 1 ? scale * n + shift : undefined,
      ),
  }));

export const sizesTo500: readonly number[] = Array.from({ length: 501 }, (_, n) => n);
