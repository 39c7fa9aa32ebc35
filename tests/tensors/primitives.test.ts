import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../compiler/tensors/primitives/registry.ts";
import { callProgram, gradientProgram, resultOf, run } from "./call-program.ts";
import { type Call, type Case, operandsOf, placesOf } from "./cases/case.ts";
import { cases } from "./cases/cases.ts";

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

/** Sums of at most some hundred products of numbers below 10, in float64. */
const tolerance = 1e-11;

function compareWithDefinition<P extends PrimitiveName>(primitive: P, one: Case<P>): void {
  fc.assert(
    fc.property(one.calls, fc.nat(), (call, seed) => {
      const operands = operandsOf(one, call, seed);
      const outputs = run(callProgram(primitive, call), operands);
      for (const [place, define] of one.define(call.attributes, operands).entries()) {
        const result = resultOf(outputs, "map", String(place));
        const expected = placesOf(result.shape).map(define);
        for (const [i, value] of expected.entries()) {
          expect(Math.abs((result.data[i] ?? Number.NaN) - value), `element ${i}`).toBeLessThan(
            tolerance * (1 + Math.abs(value)),
          );
        }
        expect(result.data.length).toBe(expected.length);
      }
    }),
    { numRuns: 60, seed: 20261121 },
  );
}

/** Step of central differences: the error is then about 1e-11 / step of rounding and step² of curvature. */
const step = 1e-4;
const gradientTolerance = 2e-6;

function compareWithDifferences<P extends PrimitiveName>(primitive: P, one: Case<P>, order: 1 | 2): number {
  let compared = 0;
  fc.assert(
    fc.property(one.calls, fc.nat(), (call: Call<P>, seed) => {
      const operands = operandsOf(one, call, seed);
      const { program, by } = gradientProgram(primitive, call, order);
      const outputs = run(program, operands);
      for (const place of by) {
        const gradient = resultOf(outputs, "gradient", String(place));
        for (const [i, value] of gradient.data.entries()) {
          const lossAt = (change: number): number => {
            const changed = operands.map((operand, at) => {
              if (at !== place) return operand;
              return { ...operand, data: operand.data.with(i, (operand.data[i] ?? 0) + change) };
            });
            return resultOf(run(program, changed), "loss", "loss").data[0] ?? Number.NaN;
          };
          const difference = (lossAt(step) - lossAt(-step)) / (2 * step);
          expect(Math.abs(value - difference), `operand ${place}, element ${i}`).toBeLessThan(
            gradientTolerance * (1 + Math.abs(difference)) * (order === 1 ? 1 : 20),
          );
          compared += 1;
        }
      }
    }),
    { numRuns: order === 1 ? 15 : 6, seed: 20261122 },
  );
  return compared;
}

/** Those that give only integers, have no operands, or are flat wherever they are smooth. */
const flat: readonly PrimitiveName[] = ["constant", "stop_gradient", "floor", "compare", "argmax", "one_hot"];

describe("a primitive is what it is defined to be:", () => {
  it.each(names)("%s", (name) => {
    compareWithDefinition(name, cases[name] as Case<PrimitiveName>); // the case of that name
  });
});

describe("the gradient of a primitive is the slope of finite differences, once and twice:", () => {
  it.each(names)("%s", (name) => {
    const one = cases[name] as Case<PrimitiveName>; // the case of that name
    const compared = compareWithDifferences(name, one, 1);
    expect(compared > 0).toBe(!flat.includes(name));
    compareWithDifferences(name, one, 2);
  });
});
