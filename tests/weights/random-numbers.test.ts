/** Random numbers drawn many at once: those drawn one by one, bit for bit. */
import { describe, expect, it } from "vitest";
import { dropoutMask } from "../../runtime/engines/feeds/dropout-mask.ts";
import { Random } from "../../runtime/random.ts";
import { fillNormal, normalOf, uniformOf } from "../../runtime/random-numbers.ts";

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

describe("comparisons drawn many at once", () => {
  const fifth = new Random(3, "mask");
  for (let i = 0; i < 4; i++) fifth.uniform();
  const drawn = fifth.uniform();

  it.each([0, 0.2, 1 / 3, 0.5, 1 - 2 ** -53, 1, 2 ** -30, drawn, drawn + 2 ** -53])(
    "are those drawn one by one, with limit %d",
    (limit) => {
      const [one, many] = [new Random(3, "mask"), new Random(3, "mask")];
      const data = new Uint8Array(20_001);
      many.fillBelow(data, limit);
      const expected = Uint8Array.from(data, () => (one.uniform() < limit ? 1 : 0));
      expect(data.findIndex((value, i) => value !== expected[i])).toBe(-1);
      expect(many.save()).toEqual(one.save());
    },
  );
});

describe("a mask of dropout", () => {
  it.each([
    [2, 3, 70, 61],
    [1, 5000, 1, 2],
    [2, 7, 1, 1],
  ] as const)("of %d×%d×%d×%d is drawn with the channel fastest", (...shape) => {
    const [batch, channels, height, width] = shape;
    const mask = dropoutMask({ name: "drop", rate: 0.3, shape }, 5);
    const random = new Random(5, "drop");
    const expected = mask.slice().fill(-1);
    for (let image = 0; image < batch; image++)
      for (let position = 0; position < height * width; position++)
        for (let channel = 0; channel < channels; channel++)
          expected[(image * channels + channel) * height * width + position] =
            random.uniform() < 0.3 ? 0 : Math.fround(1 / 0.7);
    expect(firstDifference(expected, mask)).toBe(-1);
  });
});
