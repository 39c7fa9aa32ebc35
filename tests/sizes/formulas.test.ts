import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ceilWindowSize,
  fixedSize,
  multipliedSize,
  shiftedSize,
  transposedWindowSize,
  windowSize,
} from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { formula } from "../../compiler/sizes/formula.ts";
import { constantSize, linearSize } from "../../compiler/sizes/make-size.ts";
import { difference } from "../../compiler/sizes/meet.ts";
import type { SizeFunction, SizeSet, SizeStep } from "../../compiler/sizes/size-function.ts";
import { allSizes, contains, existsSet } from "../../compiler/sizes/size-set.ts";
import { anySize, sizesTo500, sound } from "./random-sizes.ts";

const none = { before: 0, after: 0 };
const one = { before: 1, after: 1 };
const H = sound(linearSize("H", 1, 0));
const sizeAfter = (...steps: readonly SizeStep[]): SizeFunction =>
  steps.reduce((size, step) => sound(applyStep(size, step)), H);

/** Reads a formula the way a person does: cases by ";", each with its condition. */
function evaluate(text: string, H: number): number | undefined {
  for (const part of text.split("; ")) {
    const [, expression, condition] = /^(.*?)(?: if (.*)| otherwise)?$/.exec(part) ?? [];
    if (expression === undefined) throw new Error(`no case: ${part}`);
    if (condition !== undefined && !holds(condition, H)) continue;
    const program = expression.replaceAll("floor", "Math.floor").replaceAll("ceil", "Math.ceil");
    const value: unknown = new Function("H", `return ${program};`)(H);
    if (typeof value !== "number") throw new Error(`no number: ${expression}`);
    return value;
  }
  return undefined;
}

function holds(condition: string, H: number): boolean {
  const [, modulus, list] = /^H(?: mod (\d+))? = (.*)$/.exec(condition) ?? [];
  if (list === undefined) throw new Error(`no condition: ${condition}`);
  const value = modulus === undefined ? H : H % Number(modulus);
  return list.split(/, | or /).some((entry) => {
    const [first, last] = entry.split(" to ").map(Number);
    return first !== undefined && value >= first && value <= (last ?? first);
  });
}

describe("formulas", () => {
  test("a formula has the size's value at every accepted input size", () => {
    let written = 0;
    fc.assert(
      fc.property(anySize, fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), ({ size, at }, cycle) => {
        const domain: SizeSet = { symbol: "H", prefix: [false], cycle };
        const text = formula(size, domain, { unicode: false });
        if (text.includes("...") || text.includes(" more")) return;
        written += 1;
        for (const n of sizesTo500) {
          const expected = contains(domain, n) ? at(n) : undefined;
          if (expected !== undefined) expect(evaluate(text, n), `${text} at ${n}`).toBe(expected);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(written).toBeGreaterThan(300);
  });

  test("with mathematical signs it says the same", () => {
    fc.assert(
      fc.property(anySize, ({ size }) => {
        const domain = existsSet(size);
        const plain = formula(size, domain, { unicode: true })
          .replaceAll("⌊", "floor(")
          .replaceAll("⌈", "ceil(")
          .replaceAll(/[⌋⌉]/g, ")")
          .replaceAll("−", "-")
          .replaceAll("·", "*")
          .replaceAll("…", "...");
        expect(plain).toBe(formula(size, domain, { unicode: false }));
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test.each<readonly [ascii: string, unicode: string, size: SizeFunction]>([
    ["H", "H", H],
    ["H - 184", "H − 184", sizeAfter(shiftedSize(-184))],
    ["2*H", "2·H", sizeAfter(multipliedSize(2))],
    ["2*H + 2", "2·H + 2", sizeAfter(multipliedSize(2), shiftedSize(2))],
    ["floor(H/2)", "⌊H/2⌋", sizeAfter(windowSize(2, 2, none))],
    ["ceil(H/2)", "⌈H/2⌉", sizeAfter(windowSize(3, 2, one))],
    ["floor((H - 2)/3)", "⌊(H − 2)/3⌋", sizeAfter(windowSize(5, 3, none))],
    ["2*floor(H/2)", "2·⌊H/2⌋", sizeAfter(windowSize(2, 2, none), multipliedSize(2))],
    [
      "2*ceil(H/2) + 2",
      "2·⌈H/2⌉ + 2",
      sizeAfter(ceilWindowSize(2, 2, none), transposedWindowSize(4, 2, none)),
    ],
    ["1", "1", sizeAfter(fixedSize(1))],
    ["21", "21", constantSize(21)],
    [
      "0 if H mod 2 = 0; 1 if H mod 2 = 1",
      "0 if H mod 2 = 0; 1 if H mod 2 = 1",
      sound(difference(H, sizeAfter(windowSize(2, 2, none), multipliedSize(2)))),
    ],
  ])("%s is written so, and %s with mathematical signs", (ascii, unicode, size) => {
    expect(formula(size, existsSet(size), { unicode: false })).toBe(ascii);
    expect(formula(size, existsSet(size), { unicode: true })).toBe(unicode);
  });

  test("on the accepted sizes alone, a rounded division becomes exact", () => {
    const sixteenth: SizeSet = {
      symbol: "H",
      prefix: [],
      cycle: Array.from({ length: 16 }, (_, n) => n === 12),
    };
    const pooled = sizeAfter(windowSize(2, 2, none), windowSize(2, 2, none));
    expect(formula(pooled, allSizes("H"), { unicode: false })).toBe("floor(H/4)");
    expect(formula(pooled, sixteenth, { unicode: false })).toBe("H/4");
    expect(formula(sizeAfter(windowSize(16, 16, none)), sixteenth, { unicode: false })).toBe("(H - 12)/16");
  });

  test("small sizes that keep to no rule stand apart, and no size at all is said", () => {
    const odd: SizeFunction = { symbol: "H", prefix: [undefined, 5, 5, 5, 9], cycle: [3, 3], rise: 1 };
    expect(formula(odd, allSizes("H"), { unicode: false })).toBe(
      "5 if H = 1 to 3; 9 if H = 4; ceil(H/2) otherwise",
    );
    const single: SizeSet = {
      symbol: "H",
      prefix: [...new Array<boolean>(224).fill(false), true],
      cycle: [false],
    };
    expect(formula(sizeAfter(windowSize(32, 32, none)), single, { unicode: false })).toBe("7");
    const nothing: SizeSet = { symbol: "H", prefix: [], cycle: [false] };
    expect(formula(H, nothing, { unicode: false })).toBe("none");
  });
});
