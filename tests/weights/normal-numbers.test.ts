/** Normal numbers drawn many at once: those of the formula, bit for bit. */
import { describe, expect, it } from "vitest";
import { fillNormal, normalOf, uniformOf } from "../../runtime/normal-numbers.ts";
import { Random } from "../../runtime/random.ts";

const deviations = [1, Math.sqrt(2 / 576), 0.02, 3e-7, 1e30, 1e-29, 1e-31, 1e-44, 0];

/** The first place where they differ, in the sign of a zero too. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

function byFormula(words: Int32Array, deviation: number): Float32Array {
  return Float32Array.from({ length: words.length / 4 }, (_, i) => {
    const [a = 0, b = 0, c = 0, d = 0] = words.subarray(4 * i);
    return deviation * normalOf(uniformOf(a, b), uniformOf(c, d));
  });
}

describe("normal numbers drawn many at once", () => {
  it.each(deviations)("are those drawn one by one, with deviation %d", (deviation) => {
    const [one, many] = [new Random(7, "weight"), new Random(7, "weight")];
    const data = new Float32Array(200_003);
    many.fillNormal(data, deviation);
    expect(
      firstDifference(
        Float32Array.from(data, () => deviation * one.normal()),
        data,
      ),
    ).toBe(-1);
    expect(many.save()).toEqual(one.save());
  });

  it("are those of the formula for the least and greatest uniform numbers, and around every quarter of a turn", () => {
    const near = [-3, -2, -1, 0, 1, 2, 3].map((distance) => distance * 32);
    const firsts = [...Array(33).keys()].flatMap((bits) => near.map((more) => (2 ** bits + more) | 0));
    const angles = [...Array(17).keys()].flatMap((i) => near.map((more) => (i * 2 ** 28 + more) | 0));
    const lows = [0, 63, 64, 2 ** 31, -64, -1];
    const words: number[] = [];
    for (const first of [...firsts, ...firsts.map((bits) => ~bits)])
      for (const angle of angles)
        for (const low of lows) words.push(first, low, angle, lows[(words.length / 4) % 6] ?? 0);
    const given = Int32Array.from(words);
    for (const deviation of deviations) {
      const data = new Float32Array(given.length / 4);
      fillNormal(data, deviation, given);
      expect(firstDifference(byFormula(given, deviation), data)).toBe(-1);
    }
  });
});
