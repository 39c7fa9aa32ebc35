import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { windowSize } from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { describeSet } from "../../compiler/sizes/describe-set.ts";
import { formatSet } from "../../compiler/sizes/format-set.ts";
import { constantSize, linearSize } from "../../compiler/sizes/make-size.ts";
import { difference } from "../../compiler/sizes/meet.ts";
import type { SizeSet } from "../../compiler/sizes/size-function.ts";
import {
  allSizes,
  atLeastSet,
  contains,
  equalSet,
  evenSet,
  existsSet,
  intersect,
  isAll,
  isEmpty,
  restrict,
  smallest,
  without,
} from "../../compiler/sizes/size-set.ts";
import { anySize, sizesTo500, sound } from "./random-sizes.ts";

const members = (set: SizeSet) => sizesTo500.filter((n) => contains(set, n));

/** A set in its one form, from any prefix and cycle. */
const anySet: fc.Arbitrary<SizeSet> = fc
  .record({
    prefix: fc.array(fc.boolean(), { maxLength: 20 }),
    cycle: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
  })
  .map(({ prefix, cycle }) => {
    const entry = (member: boolean) => (member ? 1 : undefined);
    return existsSet({ symbol: "H", prefix: prefix.map(entry), cycle: cycle.map(entry), rise: 0 });
  });

/** Sizes ≥ from whose remainder by period is one of residues. */
const ruled = (period: number, residues: readonly number[], from: number): SizeSet =>
  existsSet({
    symbol: "H",
    prefix: Array.from({ length: from }, () => undefined),
    cycle: Array.from({ length: period }, (_, place) =>
      residues.includes((from + place) % period) ? 1 : undefined,
    ),
    rise: 0,
  });

const singles = (...sizes: readonly number[]): SizeSet =>
  existsSet({
    symbol: "H",
    prefix: Array.from({ length: Math.max(0, ...sizes) + 1 }, (_, n) => (sizes.includes(n) ? 1 : undefined)),
    cycle: [undefined],
    rise: 0,
  });

describe("sets of sizes", () => {
  test("size 0 is in no set, save that of a constant, which depends on no size", () => {
    expect(contains(allSizes("H"), 0)).toBe(false);
    expect(contains(existsSet(constantSize(3)), 0)).toBe(true);
    expect(sound(restrict(constantSize(3), existsSet(constantSize(5))))).toEqual(constantSize(3));
    expect(isAll(existsSet(constantSize(3)))).toBe(true);
    expect(isAll(existsSet(sound(linearSize("H", 1, 0))))).toBe(true);
  });

  test("existence, equality, bounds and evenness hold at a size as they hold for its values", () => {
    fc.assert(
      fc.property(anySize, anySize, fc.integer({ min: -50, max: 300 }), (first, second, least) => {
        const sizes = sizesTo500.filter((n) => n > 0);
        const where = (test: (n: number) => boolean) => sizes.filter(test);
        expect(members(existsSet(first.size))).toEqual(where((n) => first.at(n) !== undefined));
        expect(members(sound(equalSet(first.size, second.size)))).toEqual(
          where((n) => first.at(n) !== undefined && first.at(n) === second.at(n)),
        );
        expect(members(sound(atLeastSet(first.size, least)))).toEqual(
          where((n) => (first.at(n) ?? Number.NEGATIVE_INFINITY) >= least),
        );
        expect(members(sound(evenSet(first.size)))).toEqual(where((n) => (first.at(n) ?? 1) % 2 === 0));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("bounds and evenness hold for differences too, which may fall and be negative", () => {
    fc.assert(
      fc.property(anySize, anySize, fc.integer({ min: -50, max: 50 }), (first, second, least) => {
        const apart = sound(difference(first.size, second.size));
        const at = (n: number) => (first.at(n) ?? Number.NaN) - (second.at(n) ?? Number.NaN);
        const sizes = sizesTo500.filter((n) => n > 0);
        expect(members(sound(atLeastSet(apart, least)))).toEqual(sizes.filter((n) => at(n) >= least));
        expect(members(sound(evenSet(apart)))).toEqual(sizes.filter((n) => Math.abs(at(n) % 2) === 0));
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("intersection, difference, emptiness and the smallest member are those of the members", () => {
    fc.assert(
      fc.property(anySet, anySet, (first, second) => {
        const both = sound(intersect(first, second));
        expect(members(both)).toEqual(members(first).filter((n) => contains(second, n)));
        expect(members(sound(without(first, second)))).toEqual(
          members(first).filter((n) => !contains(second, n)),
        );
        expect(isEmpty(both)).toBe(members(both).length === 0);
        expect(smallest(both)).toBe(members(both)[0]);
        expect(isAll(both)).toBe(members(both).length === 500);
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});

describe("descriptions of sets", () => {
  test("a description says exactly the members, with the smallest period and the smallest start", () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const { period, residues, from, also } = describeSet(set);
        const byRule = (n: number) => period !== null && n >= from && residues.includes(n % period);
        expect(members(set)).toEqual(sizesTo500.filter((n) => byRule(n) || also.includes(n)));
        if (period === null) {
          expect([residues, from]).toEqual([[], 0]);
          return;
        }
        expect(contains(set, from)).toBe(true);
        expect(also.every((n) => n < from)).toBe(true);
        // No earlier start: between the member before and this one the rule is broken.
        const before = members(set)
          .filter((n) => n < from)
          .at(-1);
        if (before !== undefined) {
          const kept = sizesTo500.filter((n) => n >= before && n < from);
          expect(kept.some((n) => residues.includes(n % period) !== contains(set, n))).toBe(true);
        }
        for (let shorter = 1; shorter < period; shorter += 1) {
          const late = sizesTo500.filter((n) => n >= from && n + shorter <= 500);
          expect(late.some((n) => contains(set, n) !== contains(set, n + shorter))).toBe(true);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test.each([
    [{ period: 16, residues: [12], from: 188, also: [] }, ruled(16, [12], 188)],
    [{ period: 16, residues: [0], from: 16, also: [] }, ruled(16, [0], 0)],
    [{ period: 1, residues: [0], from: 1, also: [] }, ruled(1, [0], 0)],
    [{ period: 1, residues: [0], from: 5, also: [] }, ruled(1, [0], 5)],
    [{ period: null, residues: [], from: 0, also: [224] }, singles(224)],
  ])("%j is what inspect gives", (expected, set) => {
    expect(describeSet(set)).toEqual(expected);
  });

  test.each([
    ["H ≥ 188 with H mod 16 = 12", "H >= 188 with H mod 16 = 12", ruled(16, [12], 188)],
    ["H mod 16 = 0", "H mod 16 = 0", ruled(16, [0], 0)],
    ["H ≥ 32 with H mod 16 = 0", "H >= 32 with H mod 16 = 0", ruled(16, [0], 17)],
    ["every H", "every H", ruled(1, [0], 0)],
    ["every H ≥ 5", "every H >= 5", ruled(1, [0], 5)],
    ["H mod 8 = 1 to 3 or 7", "H mod 8 = 1 to 3 or 7", ruled(8, [1, 2, 3, 7], 0)],
    ["H mod 4 ≠ 0", "H mod 4 != 0", ruled(4, [1, 2, 3], 0)],
    ["H = 224", "H = 224", singles(224)],
    ["H = 5, 6 or 9", "H = 5, 6 or 9", singles(5, 6, 9)],
    ["no H", "no H", singles()],
    [
      "H = 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 2 more",
      "H = 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 2 more",
      singles(...Array.from({ length: 14 }, (_, n) => 2 * n + 1)),
    ],
  ])("%s is written so, and %s without mathematical signs", (unicode, ascii, set) => {
    expect(formatSet(set, { unicode: true })).toBe(unicode);
    expect(formatSet(set, { unicode: false })).toBe(ascii);
  });

  test("single sizes stand before the rule", () => {
    const all = existsSet(
      sound(applyStep(sound(linearSize("H", 1, 0)), windowSize(3, 1, { before: 0, after: 0 }))),
    );
    const holed = sound(without(all, singles(5)));
    expect(formatSet(holed, { unicode: true })).toBe("H = 3 or 4, or every H ≥ 6");
  });
});
