import fc from "fast-check";
import { expect, test } from "vitest";
import { isAccepted, nearestAccepted } from "../../compiler/network/nearest-accepted.ts";
import type { SizeSet } from "../../compiler/sizes/size-function.ts";

/** The valid U-Net: H ≥ 188 with H mod 16 = 12. */
const unet: SizeSet = {
  symbol: "H",
  prefix: Array.from({ length: 173 }, () => false),
  cycle: Array.from({ length: 16 }, (_, place) => (173 + place) % 16 === 12),
};

test("the accepted sizes next to 572's neighbours are those of the paper's network", () => {
  expect(nearestAccepted(unet, 570)).toEqual({ below: 556, above: 572 });
  expect(nearestAccepted(unet, 572)).toEqual({ below: 556, above: 588 });
  expect(nearestAccepted(unet, 100)).toEqual({ below: undefined, above: 188 });
});

test("the neighbours are those found by walking", () => {
  const set = fc
    .record({
      prefix: fc.array(fc.boolean(), { maxLength: 9 }),
      cycle: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
    })
    .map(({ prefix, cycle }): SizeSet => ({ symbol: "H", prefix: [false, ...prefix], cycle }));
  fc.assert(
    fc.property(set, fc.integer({ min: -2, max: 40 }), (accepted, size) => {
      const all = Array.from({ length: 60 }, (_, n) => n).filter((n) => isAccepted(accepted, n));
      expect(nearestAccepted(accepted, size)).toEqual({
        below: all.filter((n) => n < size).at(-1),
        above: all.find((n) => n > size),
      });
    }),
  );
});
