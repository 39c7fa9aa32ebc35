import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignedCrop, offsetBetween } from "../../compiler/geometry/alignment.ts";
import type { AxisGeometry } from "../../compiler/geometry/axis-geometry.ts";
import { largestField, smallestField } from "../../compiler/geometry/field-size.ts";
import { mostPhases } from "../../compiler/geometry/grid.ts";
import { gridWithin } from "../../compiler/geometry/grid-within.ts";
import {
  add,
  divide,
  equals,
  formatRational,
  multiply,
  type Rational,
  rational,
} from "../../compiler/geometry/rational.ts";
import { linearSize } from "../../compiler/sizes/make-size.ts";
import { sound } from "../sizes/random-sizes.ts";
import {
  type AxisMap,
  anyMove,
  apply,
  convolve,
  imageMap,
  moved,
  poolOf,
  resized,
  someSize,
  transpose,
} from "./moves.ts";

const H = imageMap(sound(linearSize("H", 1, 0)));
const around = (cells: number) => ({ before: cells, after: cells });
const square = <T>(value: T) => [value, value] as const;

function centre(geometry: AxisGeometry, cell: number): Rational {
  if (geometry.kind !== "grid") throw new Error(`${geometry.kind} geometry`);
  return add(geometry.offset, multiply(geometry.stride, rational(cell)));
}

function mean(values: readonly Rational[]): Rational {
  return divide(values.reduce(add), rational(values.length));
}

const anyGrid = fc
  .array(anyMove, { maxLength: 4 })
  .map((moves) => moves.reduce(moved, someSize(400)))
  .filter(({ geometry }) => geometry.kind === "grid");
const anyMargins = fc.record({ before: fc.nat(4), after: fc.nat(4) });
const anyCell = fc.integer({ min: -20, max: 20 });

describe("where cells lie", () => {
  test("a window's cell lies in the middle of the cells it takes", () => {
    const shape = fc.record({
      kernel: fc.integer({ min: 1, max: 7 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(anyGrid, shape, anyMargins, anyCell, (map, { kernel, stride, dilation }, padding, cell) => {
        const result = convolve(map, kernel, stride, padding, dilation);
        const taps = Array.from(
          { length: kernel },
          (_, tap) => cell * stride - padding.before + tap * dilation,
        );
        expect(centre(result.geometry, cell)).toEqual(mean(taps.map((tap) => centre(map.geometry, tap))));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("a cell lies in the middle of the cells a transposed convolution spreads it over", () => {
    const shape = fc.record({
      kernel: fc.integer({ min: 1, max: 7 }),
      stride: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(anyGrid, shape, anyMargins, anyCell, (map, { kernel, stride }, padding, cell) => {
        const result = transpose(map, kernel, stride, padding);
        const reached = Array.from({ length: kernel }, (_, tap) => cell * stride - padding.before + tap);
        expect(mean(reached.map((each) => centre(result.geometry, each)))).toEqual(
          centre(map.geometry, cell),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("a cell lies in the middle of its copies in nearest and bilinear upsampling", () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 1, max: 5 }), anyCell, (map, factor, cell) => {
        const copies = Array.from({ length: factor }, (_, copy) => cell * factor + copy);
        for (const mode of ["nearest", "bilinear"] as const) {
          const result = resized(map, mode, factor);
          expect(mean(copies.map((copy) => centre(result.geometry, copy)))).toEqual(
            centre(map.geometry, cell),
          );
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test("cropping, padding and bed of nails leave cells where they are", () => {
    fc.assert(
      fc.property(
        anyGrid,
        anyMargins,
        anyCell,
        fc.integer({ min: 1, max: 4 }),
        (map, margins, cell, factor) => {
          const cropped = apply("crop", { margins: square(margins) }, map);
          expect(centre(cropped.geometry, cell)).toEqual(centre(map.geometry, cell + margins.before));
          const padded = apply("pad", { margins: square(margins), mode: "edge", value: 0 }, map);
          expect(centre(padded.geometry, cell + margins.before)).toEqual(centre(map.geometry, cell));
          const nails = apply("bed_of_nails", { factor: square(factor) }, map);
          expect(centre(nails.geometry, cell * factor)).toEqual(centre(map.geometry, cell));
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  test("unpooling puts every value back on the grid its pool was fed from", () => {
    const pool = apply("maxpool", poolOf(3, 2, around(1)), H);
    const values = convolve(pool, 3, 1, around(1));
    const unpooled = apply("unpool", poolOf(3, 2, around(1)), values, pool, H);
    expect(offsetBetween(H.geometry, unpooled.geometry)).toEqual(rational(0));
    expect(centre(unpooled.geometry, 5)).toEqual(rational(5));
  });
});

describe("alignment", () => {
  test("the crop that aligns two grids is the cell of one at which the other begins", () => {
    fc.assert(
      fc.property(anyGrid, fc.nat(30), anyMargins, (map, cut, margins) => {
        const reference = apply("crop", { margins: square({ ...margins, before: cut }) }, map);
        expect(alignedCrop(map.geometry, reference.geometry)).toEqual(rational(cut));
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test("half a pixel between grids shows, and grids of different strides do not compare", () => {
    const pooled = convolve(H, 2, 2);
    const up = resized(apply("bed_of_nails", { factor: [1, 1] }, pooled), "nearest", 2);
    expect(offsetBetween(H.geometry, up.geometry)).toEqual(rational(0));
    const nails = apply("bed_of_nails", { factor: [2, 2] }, pooled);
    expect(offsetBetween(H.geometry, nails.geometry)).toEqual(rational(1, 2));
    expect(offsetBetween(pooled.geometry, H.geometry)).toBeUndefined();
  });
});

describe("maps without one exact grid", () => {
  const whole = apply("global_pool", { kind: "average" }, H);

  test("instance and group normalisation see the whole input and leave cells where they were", () => {
    const half = convolve(H, 3, 2, around(1));
    const attributes = { epsilon: 1e-5, scale: true, shift: true, frozen: false };
    const grid = { stride: rational(2), offset: rational(0) };
    expect(apply("instancenorm", attributes, half).geometry).toEqual({ kind: "whole", grid });
    expect(apply("groupnorm", { groups: 2, ...attributes }, half).geometry).toEqual({ kind: "whole", grid });
  });

  test("a pool with bins is exact where they divide a map of one size", () => {
    const bins = (count: number, map: AxisMap) =>
      apply("adaptive_pool", { kind: "average", bins: square(count) }, map).geometry;
    expect(bins(3, someSize(60))).toMatchObject({
      kind: "grid",
      stride: rational(20),
      offset: rational(19, 2),
      fields: [{ low: 0, high: 19 }],
    });
    expect(bins(1, H)).toEqual({ kind: "whole", grid: undefined });
    expect(bins(7, someSize(60))).toEqual({
      kind: "sized",
      reason: "the windows of 7 bins over 60 cells are not all of one size",
    });
    expect(bins(3, H)).toEqual({
      kind: "sized",
      reason: "the windows of a pool with bins depend on the input's size",
    });
  });

  test("a global pool sees the whole input, and so does all that comes after it", () => {
    expect(whole.geometry).toEqual({ kind: "whole", grid: undefined });
    expect(convolve(whole, 1).geometry).toEqual({ kind: "whole", grid: undefined });
    const back = apply("resize_to", { mode: "bilinear", alignCorners: false }, whole, convolve(H, 2, 2));
    expect(back.geometry).toEqual({ kind: "whole", grid: { stride: rational(2), offset: rational(1, 2) } });
    const joined = apply("concat", {}, convolve(H, 2, 2), back);
    expect(joined.geometry).toEqual(back.geometry);
    expect(resized(joined, "nearest", 2).geometry).toEqual({
      kind: "whole",
      grid: { stride: rational(1), offset: rational(0) },
    });
    expect(largestField(joined.geometry)).toBeUndefined();
  });

  test("resampling to a map is exact where the sizes are in one ratio, and depends on the size elsewhere", () => {
    const coarse = convolve(H, 16, 16);
    const to = (map: AxisMap, reference: AxisMap, alignCorners = false) =>
      apply("resize_to", { mode: "bilinear", alignCorners }, map, reference).geometry;
    expect(to(coarse, H).kind).toBe("sized");
    expect(to(H, resized(H, "nearest", 3))).toEqual(resized(H, "bilinear", 3).geometry);
    const fixed = convolve(someSize(64), 16, 16);
    expect(to(fixed, someSize(64))).toEqual(resized(fixed, "bilinear", 16).geometry);
    const uneven = to(someSize(6), someSize(9));
    expect(uneven).toMatchObject({
      kind: "grid",
      stride: rational(2, 3),
      offset: rational(-1, 6),
      advance: 2,
    });
    // Cells 0, 1 and 2 of nine lie at −1/6, 1/2 and 7/6 of six.
    expect(uneven.kind === "grid" && uneven.fields).toEqual([
      { low: -1, high: 0 },
      { low: 0, high: 1 },
      { low: 1, high: 2 },
    ]);
  });

  test("aligned corners are exact at a fixed size, as DeepLab's 65 to 513", () => {
    const align = (map: AxisMap, factor: number) =>
      apply("resize", { mode: "bilinear", factor: square(factor), alignCorners: true }, map).geometry;
    expect(align(H, 8).kind).toBe("sized");
    expect(align(someSize(3), 3)).toMatchObject({
      kind: "grid",
      stride: rational(1, 4),
      offset: rational(0),
      advance: 1,
    });
    const exact = apply("resize_to", { mode: "bilinear", alignCorners: true }, someSize(65), someSize(513));
    expect(exact.geometry).toMatchObject({ stride: rational(1, 8), offset: rational(0) });
  });

  test("maps of different strides, of inputs of different scale, have the grid of the first, and what they see is not known", () => {
    const joined = apply("add", {}, someSize(1), convolve(someSize(2), 2, 2)).geometry;
    const grid = { stride: rational(1), offset: rational(0) };
    expect(joined).toEqual({ kind: "sized", grid, reason: "it joins feature maps of different strides" });
  });

  test("a join lies where its first map lies, though what it sees depends on the size", () => {
    const trunk = convolve(H, 16, 16);
    const branch = apply("resize_to", { mode: "bilinear", alignCorners: true }, convolve(trunk, 2, 2), trunk);
    expect(branch.geometry.kind).toBe("sized");
    const grid = { stride: rational(16), offset: rational(15, 2) };
    const joined = apply("concat", {}, trunk, branch);
    expect(joined.geometry).toMatchObject({ kind: "sized", grid });
    expect(gridWithin(apply("concat", {}, branch, trunk).geometry)).toBeUndefined();
    expect(resized(joined, "nearest", 16).geometry).toMatchObject({
      kind: "sized",
      grid: { stride: rational(1), offset: rational(0) },
    });
  });

  test("a stride past 2^53 or phases past their limit become sized, never wrong", () => {
    let map = someSize(1);
    for (let turn = 0; turn < 60; turn += 1) map = convolve(map, 3, 2, around(1));
    expect(map.geometry).toMatchObject({ kind: "sized", reason: expect.stringContaining("2^53") });
    const fine = resized(resized(someSize(1), "nearest", 128), "nearest", 128);
    expect(fine.geometry).toMatchObject({ kind: "sized", reason: expect.stringContaining(`${mostPhases}`) });
  });
});

describe("sizes of fields", () => {
  test("the fields after upsampling differ by phase", () => {
    const up = transpose(convolve(H, 2, 2), 3, 2);
    expect([smallestField(up.geometry), largestField(up.geometry)]).toEqual([2, 4]);
  });

  test("cells that no kernel reaches see nothing", () => {
    const gaps = apply("bed_of_nails", { factor: [2, 2] }, H);
    expect([smallestField(gaps.geometry), largestField(gaps.geometry)]).toEqual([0, 1]);
  });

  test("a very wide kernel sees as far as its outermost taps, whatever the phases below it", () => {
    const wide = convolve(resized(H, "nearest", 3), 50_001);
    // 50,001 copies are 16,667 whole pixels, or 16,666 whole ones and a part of one at either end.
    expect([smallestField(wide.geometry), largestField(wide.geometry)]).toEqual([16_667, 16_668]);
    const dilated = convolve(apply("bed_of_nails", { factor: [2, 2] }, H), 10_001, 1, around(0), 3);
    // Taps at 0, 3, …, 30,000: every second falls on a nail, one on every second cell.
    expect([smallestField(dilated.geometry), largestField(dilated.geometry)]).toEqual([14_998, 15_001]);
  });
});

describe("fractions", () => {
  const anyFraction = fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: 1, max: 60 }));

  test("arithmetic agrees with whole numbers over a common denominator", () => {
    fc.assert(
      fc.property(anyFraction, anyFraction, ([a, b], [c, d]) => {
        expect(add(rational(a, b), rational(c, d))).toEqual(rational(a * d + c * b, b * d));
        expect(multiply(rational(a, b), rational(c, d))).toEqual(rational(a * c, b * d));
        expect(equals(rational(a, b), rational(c, d))).toBe(a * d === c * b);
        if (c !== 0) expect(divide(rational(a, b), rational(c, d))).toEqual(rational(a * d, b * c));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("a whole fraction is written as a number", () => {
    expect(formatRational(rational(16, 2))).toBe("8");
    expect(formatRational(rational(-3, 6))).toBe("-1/2");
  });
});
