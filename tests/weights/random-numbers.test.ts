/** Random numbers drawn many at once: those drawn one by one, bit for bit. */
import { describe, expect, it } from "vitest";
import { dropoutMask } from "../../runtime/engines/feeds/dropout-mask.ts";
import { Random } from "../../runtime/random.ts";
import { fillNormal, uniformOf } from "../../runtime/random-numbers.ts";

const deviations = [1, Math.sqrt(2 / 576), 0.02, 3e-7, 1e30, 1e-29, 1e-31, 1e-44, 0];

/** The first place where they differ, in the sign of a zero too. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

/** The state of a generator that gives these three words next, and whatever follows from `c`. */
function stateBefore(high: number, low: number, angleHigh: number, c: number) {
  const turned = ((c << 21) | (c >>> 11)) + high;
  const nine = Math.imul(c, 9);
  const counter = (angleHigh - 2 - (nine ^ (nine >>> 9)) - Math.imul(turned, 9)) | 0;
  const mixed = (low - nine - counter - 1) | 0;
  const b = mixed ^ (mixed >>> 9) ^ (mixed >>> 18) ^ (mixed >>> 27);
  return [(high - b - counter) | 0, b, c, counter] as const;
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
    const wrong: string[] = [];
    for (const deviation of [1, 1e-31, 0]) {
      const data = new Float32Array(1);
      for (const first of [...firsts, ...firsts.map((bits) => ~bits)])
        for (const angle of angles)
          for (const [place, low] of lows.entries()) {
            const state = stateBefore(first, low, angle, place * 0x12345678);
            const drawn = Random.restore(state);
            const given = drawn.uniform() === uniformOf(first, low);
            const turned = Math.floor(drawn.uniform() * 2 ** 27) === angle >>> 5;
            fillNormal(data, deviation, Int32Array.from(state));
            const expected = Math.fround(deviation * Random.restore(state).normal());
            if (!given || !turned || !Object.is(data[0], expected)) wrong.push(`${first} ${low} ${angle}`);
          }
    }
    expect(wrong).toEqual([]);
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
