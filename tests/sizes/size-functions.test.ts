import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { maxpool } from "../../compiler/ops/pooling.ts";
import { fixedSize, multipliedSize, shiftedSize, windowSize } from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { centredOffset } from "../../compiler/sizes/centred-offset.ts";
import { constantRatio } from "../../compiler/sizes/constant-ratio.ts";
import { constantSize, linearSize } from "../../compiler/sizes/make-size.ts";
import { constantValue, difference, meet } from "../../compiler/sizes/meet.ts";
import { sameSymbol } from "../../compiler/sizes/pointwise.ts";
import type { SizeFunction, SizeSet } from "../../compiler/sizes/size-function.ts";
import { allSizes, contains, restrict } from "../../compiler/sizes/size-set.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { anySize, sizesTo500, sound } from "./random-sizes.ts";

const H = sound(linearSize("H", 1, 0));
const none = { before: 0, after: 0 };
const halved = sound(applyStep(H, windowSize(2, 2, none)));
const doubled = sound(applyStep(H, multipliedSize(2)));

const values = (size: SizeFunction) => sizesTo500.map((n) => sizeAt(size, n));

describe("size functions", () => {
  test("a size after any operations is what the rules give at every input size", () => {
    fc.assert(
      fc.property(anySize, ({ size, at }) => {
        expect(values(size)).toEqual(sizesTo500.map(at));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test("equal functions have one form, whichever way they were made", () => {
    const quarter = sound(applyStep(halved, windowSize(2, 2, none)));
    expect(quarter).toEqual(sound(applyStep(H, windowSize(4, 4, none))));
    expect(sound(applyStep(doubled, windowSize(2, 2, none)))).toEqual(H);
    expect(halved).toEqual({ symbol: "H", prefix: [undefined, undefined], cycle: [1, 1], rise: 1 });
    expect(quarter.prefix.length + quarter.cycle.length).toBeLessThanOrEqual(8);
  });

  test("H, 2H + 8 and a constant begin at their first cell", () => {
    expect(H).toEqual({ symbol: "H", prefix: [undefined], cycle: [1], rise: 1 });
    expect(sizeAt(sound(linearSize("H", 2, 8)), 3)).toBe(14);
    expect(sizeAt(sound(linearSize("H", 16, -40)), 2)).toBeUndefined();
    expect(sizeAt(sound(linearSize("H", 16, -40)), 3)).toBe(8);
    expect(sizeAt(constantSize(7), 123)).toBe(7);
    expect(sizeAt(constantSize(0), 123)).toBeUndefined();
  });

  test("two sizes meet where they are equal, whatever their rates", () => {
    fc.assert(
      fc.property(anySize, anySize, (first, second) => {
        const met = sound(meet(first.size, second.size));
        const expected = sizesTo500.map((n) => (first.at(n) === second.at(n) ? first.at(n) : undefined));
        expect(values(met)).toEqual(expected);
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  test("sizes of different rates meet at single input sizes, far out too", () => {
    const met = sound(meet(doubled, sound(applyStep(H, shiftedSize(1000)))));
    expect(met.cycle).toEqual([undefined]);
    expect(sizeAt(met, 1000)).toBe(2000);
    expect(met.prefix.filter((cells) => cells !== undefined)).toEqual([2000]);
  });

  test("the difference of two sizes is exact and may be negative", () => {
    fc.assert(
      fc.property(anySize, anySize, (first, second) => {
        const apart = sound(difference(first.size, second.size));
        const expected = sizesTo500.map((n) => {
          const [a, b] = [first.at(n), second.at(n)];
          return a === undefined || b === undefined ? undefined : a - b;
        });
        expect(values(apart)).toEqual(expected);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test("a function restricted to a set is the function there and nothing elsewhere", () => {
    fc.assert(
      fc.property(
        anySize,
        fc.array(fc.boolean(), { maxLength: 9 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
        ({ size, at }, prefix, cycle) => {
          const set: SizeSet = { symbol: "H", prefix, cycle };
          const expected = sizesTo500.map((n) => (contains(set, n) ? at(n) : undefined));
          expect(values(sound(restrict(size, set)))).toEqual(expected);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  test("two sizes are in one ratio only when they are so at every input size", () => {
    expect(constantRatio(doubled, H)).toEqual([2, 1]);
    expect(constantRatio(halved, H)).toBeUndefined();
    const even: SizeSet = { symbol: "H", prefix: [], cycle: [true, false] };
    expect(constantRatio(sound(restrict(halved, even)), H)).toEqual([1, 2]);
    expect(constantRatio(constantSize(60), constantSize(8))).toEqual([15, 2]);
    expect(constantRatio(constantSize(513), constantSize(65), -1)).toEqual([8, 1]);
    expect(constantRatio(sound(linearSize("W", 1, 0)), H)).toBeUndefined();
    fc.assert(
      fc.property(anySize, anySize, (first, second) => {
        const ratio = constantRatio(first.size, second.size);
        const found = new Set(
          sizesTo500.flatMap((n) => {
            const [a, b] = [first.at(n), second.at(n)];
            return a === undefined || b === undefined ? [] : [a / b];
          }),
        );
        expect(
          ratio === undefined ? found.size !== 1 : found.has(ratio[0] / ratio[1]) && found.size === 1,
        ).toBe(true);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("a centred crop cuts one number of cells only where the difference is even and constant", () => {
    const all = allSizes("H");
    const twiceHalf = sound(applyStep(halved, multipliedSize(2)));
    expect(centredOffset(H, sound(applyStep(twiceHalf, shiftedSize(-8))), all)).toBe(4);
    expect(centredOffset(H, halved, all)).toBeUndefined();
    expect(centredOffset(sound(applyStep(H, shiftedSize(7))), H, all)).toBeUndefined();
    expect(constantValue(sound(difference(H, H)))).toBe(0);
    expect(constantValue(H)).toBeUndefined();
  });
});

describe("limits", () => {
  test("a period that would be too long is refused, not computed", () => {
    let size: SizeFunction | Refusal = H;
    let pools = 0;
    while (!(size instanceof Refusal)) {
      size = maxpool.size(
        { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [none, none], ceil: false },
        [size],
        0,
      );
      pools += 1;
    }
    expect(pools).toBe(17);
    expect(size.problem.code).toBe("sizes/too-irregular");
  });

  test("a period that is long only together with another is refused where they come together", () => {
    const first = sound(applyStep(H, windowSize(1, 1009, none)));
    const second = sound(applyStep(H, windowSize(1, 1013, none)));
    expect(meet(first, second)).toBeInstanceOf(Refusal);
    expect(difference(first, second)).toBeInstanceOf(Refusal);
  });

  test("a kernel of a million cells, a crossing past the table and a size past 2^53 are refused", () => {
    expect(applyStep(H, windowSize(1_000_000, 1, none))).toBeInstanceOf(Refusal);
    expect(linearSize("H", 1, -1e15)).toBeInstanceOf(Refusal);
    expect(meet(doubled, sound(applyStep(H, shiftedSize(1e9))))).toBeInstanceOf(Refusal);
    const large = applyStep(sound(applyStep(H, multipliedSize(2 ** 40))), multipliedSize(2 ** 40));
    expect(large instanceof Refusal && large.problem.code).toBe("operations/size-too-large");
  });

  test("sizes in different symbols are distinguished, and combining them is a fault of ours", () => {
    const W = sound(linearSize("W", 1, 0));
    expect(sameSymbol(H, W)).toBe(false);
    expect(sameSymbol(H, constantSize(3))).toBe(true);
    expect(() => meet(H, W)).toThrow("cannot be compared");
  });

  test("one cell for every input is a constant in H", () => {
    const one = sound(applyStep(H, fixedSize(1)));
    expect(sizeAt(one, 9)).toBe(1);
    expect(sizeAt(one, 0)).toBeUndefined();
    expect(one.rise).toBe(0);
  });
});
