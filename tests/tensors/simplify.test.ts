import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProgramBuilder } from "../../compiler/tensors/build.ts";
import { plan } from "../../compiler/tensors/passes/plan.ts";
import { removeDead } from "../../compiler/tensors/passes/simplify/remove-dead.ts";
import { simplified } from "../../compiler/tensors/passes/simplify/simplify.ts";
import type { PrimitiveName } from "../../compiler/tensors/primitives/attributes.ts";
import { primitives } from "../../compiler/tensors/primitives/registry.ts";
import { printProgram } from "../../compiler/tensors/text/print.ts";
import { readProgram } from "../../compiler/tensors/text/read.ts";
import { float32 } from "../../compiler/tensors/value.ts";
import { gradientProgram, run } from "./call-program.ts";
import { type Case, operandsOf } from "./cases/case.ts";
import { cases } from "./cases/cases.ts";

/** The steps of a program of x [2, 3] and s [3], before and after. */
const simpler = (steps: string) =>
  printProgram(
    simplified(
      readProgram(`program "P"
feed input "x" %0 : float32[2, 3]
feed input "s" %1 : float32[3]
${steps}
`),
    ),
  )
    .split("\n")
    .slice(1, -1)
    .map((line) => line.replace(" @ forward", ""));

const x = 'feed input "x" %0 : float32[2, 3]';
const s = 'feed input "s" %1 : float32[3]';

describe("a program is made simpler", () => {
  it("by computing what depends on constants alone, and equal steps once", () => {
    expect(
      simpler(`%2 = constant() type="float32" shape=[] values=[2] : float32[] @ forward
%3 = multiply(%2, %2) : float32[] @ forward
%4 = multiply(%0, %3) : float32[2, 3] @ forward
%5 = multiply(%0, %3) : float32[2, 3] @ forward
%6 = add(%4, %5) : float32[2, 3] @ forward
output map "y" %6`),
    ).toEqual([
      x,
      '%1 = constant() type="float32" shape=[] values=[4] : float32[]',
      "%2 = multiply(%0, %1) : float32[2, 3]",
      "%3 = add(%2, %2) : float32[2, 3]",
      'output map "y" %3',
    ]);
  });

  it("by leaving out steps that change nothing, but not one that changes the shape", () => {
    expect(
      simpler(`%2 = constant() type="float32" shape=[] values=[0] : float32[] @ forward
%3 = constant() type="float32" shape=[2,3] values=[1] : float32[2, 3] @ forward
%4 = add(%0, %2) : float32[2, 3] @ forward
%5 = multiply(%3, %4) : float32[2, 3] @ forward
%6 = multiply(%1, %3) : float32[2, 3] @ forward
%7 = stop_gradient(%5) : float32[2, 3] @ forward
output map "y" %7
output map "z" %6`),
    ).toEqual([
      x,
      s,
      '%2 = constant() type="float32" shape=[2,3] values=[1] : float32[2, 3]',
      "%3 = multiply(%1, %2) : float32[2, 3]",
      'output map "y" %0',
      'output map "z" %3',
    ]);
  });

  it("by multiplying by one number instead of several, also where a division is between them", () => {
    expect(
      simpler(`%2 = constant() type="float32" shape=[] values=[2] : float32[] @ forward
%3 = constant() type="float32" shape=[1] values=[3] : float32[1] @ forward
%4 = negate(%0) : float32[2, 3] @ forward
%5 = multiply(%4, %2) : float32[2, 3] @ forward
%6 = divide(%5, %1) : float32[2, 3] @ forward
%7 = multiply(%3, %6) : float32[2, 3] @ forward
output map "y" %7`),
    ).toEqual([
      x,
      s,
      "%2 = divide(%0, %1) : float32[2, 3]",
      '%3 = constant() type="float32" shape=[1] values=[-6] : float32[1]',
      "%4 = multiply(%2, %3) : float32[2, 3]",
      'output map "y" %4',
    ]);
  });

  it("but not by a number whose product with another single precision does not hold, nor before what it multiplies is repeated", () => {
    const steps = [
      '%2 = constant() type="float32" shape=[] values=[1e-20] : float32[]',
      "%3 = multiply(%1, %2) : float32[3]",
      "%4 = multiply(%3, %2) : float32[3]",
      '%5 = constant() type="float32" shape=[2,3] values=[2] : float32[2, 3]',
      "%6 = multiply(%1, %5) : float32[2, 3]",
      "%7 = multiply(%6, %2) : float32[2, 3]",
    ];
    const outputs = ['output map "x" %0', 'output map "y" %4', 'output map "z" %7'];
    const given = [...steps.map((step) => `${step} @ forward`), ...outputs].join("\n");
    expect(simpler(given)).toEqual([x, s, ...steps, ...outputs]);
  });

  it("by leaving repetition to the step that reads it, where another operand has the whole shape", () => {
    expect(
      simpler(`%2 = broadcast(%1) shape=[2,3] : float32[2, 3] @ forward
%3 = multiply(%0, %2) : float32[2, 3] @ forward
%4 = multiply(%2, %2) : float32[2, 3] @ forward
output map "y" %3
output map "z" %4`),
    ).toEqual([
      x,
      s,
      "%2 = broadcast(%1) shape=[2,3] : float32[2, 3]",
      "%3 = multiply(%0, %1) : float32[2, 3]",
      "%4 = multiply(%2, %2) : float32[2, 3]",
      'output map "y" %3',
      'output map "z" %4',
    ]);
  });

  it("by taking a factor that is the same for all out of their sum, and a sign", () => {
    expect(
      simpler(`%2 = multiply(%0, %1) : float32[2, 3] @ forward
%3 = negate(%2) : float32[2, 3] @ forward
%4 = sum(%3) axes=[0] : float32[1, 3] @ forward
output map "y" %4`),
    ).toEqual([
      x,
      s,
      "%2 = sum(%0) axes=[0] : float32[1, 3]",
      "%3 = multiply(%2, %1) : float32[1, 3]",
      "%4 = negate(%3) : float32[1, 3]",
      'output map "y" %4',
    ]);
  });

  it("by subtracting what was to be added with its sign changed", () => {
    expect(
      simpler(`%2 = negate(%1) : float32[3] @ forward
%3 = add(%2, %0) : float32[2, 3] @ forward
output map "y" %3`),
    ).toEqual([x, s, "%2 = subtract(%0, %1) : float32[2, 3]", 'output map "y" %2']);
  });

  it("by joining what was padded to be summed side by side, as the gradients of slices are, and joins of joins at once", () => {
    expect(
      simpler(`%2 = pad(%0) before=[0,4] after=[0,0] : float32[2, 7] @ forward
%3 = tanh(%0) : float32[2, 3] @ forward
%4 = pad(%3) before=[0,1] after=[0,3] : float32[2, 7] @ forward
%5 = add(%2, %4) : float32[2, 7] @ forward
%6 = slice(%0) start=[0,0] size=[2,1] : float32[2, 1] @ forward
%7 = pad(%6) before=[0,0] after=[0,6] : float32[2, 7] @ forward
%8 = add(%5, %7) : float32[2, 7] @ forward
output map "y" %8`),
    ).toEqual([
      x,
      "%1 = tanh(%0) : float32[2, 3]",
      "%2 = slice(%0) start=[0,0] size=[2,1] : float32[2, 1]",
      "%3 = concat(%2, %1, %0) axis=1 : float32[2, 7]",
      'output map "y" %3',
    ]);
    // a gap, or what lies over each other, stays a sum
    const apart = simpler(`%2 = pad(%0) before=[0,4] after=[0,0] : float32[2, 7] @ forward
%3 = pad(%0) before=[0,0] after=[0,4] : float32[2, 7] @ forward
%4 = add(%2, %3) : float32[2, 7] @ forward
output map "y" %4`);
    expect(apart.at(-2)).toBe("%3 = add(%1, %2) : float32[2, 7]");
  });

  it("by removing steps, feeds and state that nothing reads; state that changes stays", () => {
    const build = new ProgramBuilder("P");
    build.feed("input", "unread", float32(4));
    const weight = build.state("weight", "w", float32(2));
    build.exp(weight);
    build.output("map", "y", build.tanh(weight));
    const count = build.state("statistic", "count", float32(1));
    build.state("weight", "unread", float32(1));
    build.update("count", build.fill(1, [1]));
    expect(printProgram(removeDead(build.finish()))).toBe(`program "P"
state weight "w" %0 : float32[2]
state statistic "count" %2 : float32[1]
%1 = tanh(%0) : float32[2] @ forward
%3 = constant() type="float32" shape=[1] values=[1] : float32[1] @ forward
output map "y" %1
update "count" %3
`);
    expect(count.id).toBe(4);
  });
});

// the names of a record whose type is total over them
const names = Object.keys(primitives) as PrimitiveName[];

describe("a simplified program computes what the program did:", () => {
  it.each(names)("%s, with its gradient of first and second order", (name) => {
    const one = cases[name] as Case<PrimitiveName>; // the case of that name
    fc.assert(
      fc.property(one.calls, fc.nat(), fc.constantFrom(1, 2), (call, seed, order) => {
        const { program } = gradientProgram(name, call, order as 1 | 2); // one of the two
        const smaller = simplified(program);
        expect(smaller.steps.length).toBeLessThanOrEqual(program.steps.length + 2);
        const operands = operandsOf(one, call, seed);
        const found = run(smaller, operands);
        for (const [output, { shape, data }] of run(program, operands)) {
          const other = found.get(output);
          expect(other?.shape).toEqual(shape);
          for (const [i, value] of data.entries())
            expect(Math.abs((other?.data[i] ?? Number.NaN) - value)).toBeLessThan(
              1e-10 * (1 + Math.abs(value)),
            );
        }
        expect(printProgram(simplified(smaller))).toBe(printProgram(smaller));
      }),
      { numRuns: 25, seed: 20261124 },
    );
  });
});

describe("the plan", () => {
  it("counts a value from its step to its last reader, a reshape with what it reshapes, and outputs to the end", () => {
    const program = readProgram(`program "P"
feed input "x" %0 : float32[2, 3]
state weight "w" %1 : float32[3]
%2 = multiply(%0, %1) : float32[2, 3] @ forward
%3 = exp(%2) : float32[2, 3] @ forward
%4 = reshape(%3) shape=[6] : float32[6] @ forward
%5 = sum(%4) axes=[0] : float32[1] @ forward
output map "y" %5
`);
    expect(plan(program)).toEqual({
      state: 12,
      feeds: 24,
      buffers: [
        { value: 2, bytes: 24, from: 0, to: 1 },
        { value: 3, bytes: 24, from: 1, to: 3 },
        { value: 5, bytes: 4, from: 3, to: 4 },
      ],
      live: [24, 48, 24, 28],
      last: [[], [2], [], [3]],
      peak: { bytes: 48, step: 1 },
    });
  });
});
