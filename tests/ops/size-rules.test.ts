import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { ceilWindowSize, transposedWindowSize, windowSize } from "../../compiler/ops/size-steps.ts";
import { applyStep } from "../../compiler/sizes/apply-step.ts";
import { constantSize, linearSize } from "../../compiler/sizes/make-size.ts";
import type { SizeFunction } from "../../compiler/sizes/size-function.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { anySize, sizesTo500, sound } from "../sizes/random-sizes.ts";
import { inWords } from "./calls.ts";

const H = sound(linearSize("H", 1, 0));
const none = { before: 0, after: 0 };
const square = <T>(value: T) => [value, value] as const;
const he = { kind: "he" } as const;

function size<O extends OperationName>(
  operation: O,
  attributes: Attributes[O],
  ...inputs: readonly SizeFunction[]
): SizeFunction {
  return sound(operations[operation].size(attributes, inputs, 0));
}

const conv = (changes: Partial<Attributes["conv"]> = {}): Attributes["conv"] => ({
  channels: 8,
  kernel: square(3),
  stride: square(1),
  dilation: square(1),
  groups: 1,
  padding: square(none),
  bias: true,
  init: he,
  frozen: false,
  ...changes,
});

const window = fc.record({
  kernel: fc.integer({ min: 1, max: 9 }),
  stride: fc.integer({ min: 1, max: 9 }),
  before: fc.nat(12),
  after: fc.nat(12),
  cells: fc.integer({ min: 1, max: 80 }),
});

describe("size rules, compared with counting", () => {
  test("a window's count is how often it can be laid", () => {
    fc.assert(
      fc.property(window, ({ kernel, stride, before, after, cells }) => {
        let laid = 0;
        while (laid * stride + kernel <= cells + before + after) laid += 1;
        expect(windowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(laid);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test("in ceil mode one more window is laid where cells are left over, if it starts on or before the last cell", () => {
    fc.assert(
      fc.property(window, (shape) => {
        const { kernel, stride, cells } = shape;
        const before = shape.before % kernel;
        const after = shape.after % kernel;
        const end = cells + before + after;
        const starts: number[] = [];
        for (let start = 0; start + kernel < end + stride && start < before + cells; start += stride)
          starts.push(start);
        expect(ceilWindowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(starts.length);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  test("Caffe's ceil mode on sizes whose results are known", () => {
    const ceil = (cells: number, kernel: number, stride: number, pad: number) =>
      ceilWindowSize(kernel, stride, { before: pad, after: pad }).value(cells);
    expect([45, 23, 349, 175].map((cells) => ceil(cells, 2, 2, 0))).toEqual([23, 12, 175, 88]);
    expect([173, 86, 43].map((cells) => ceil(cells, 3, 2, 0))).toEqual([86, 43, 21]);
    // Kernel 2, stride 2, pad 1 on 5 cells: windows at −1, 1, 3; a fourth would start at 5, after the last cell.
    expect(ceil(5, 2, 2, 1)).toBe(3);
    // DeepLab's 3x3 stride 1 pad 1 keeps the size; stride 2 pad 1 on 513 gives 257.
    expect([ceil(65, 3, 1, 1), ceil(513, 3, 2, 1)]).toEqual([65, 257]);
  });

  test("a transposed convolution covers one kernel for each input cell, less what is cut", () => {
    fc.assert(
      fc.property(window, ({ kernel, stride, before, after, cells }) => {
        const touched = Array.from({ length: cells }, (_, cell) => cell * stride + kernel);
        const covered = Math.max(...touched) - before - after;
        expect(transposedWindowSize(kernel, stride, { before, after }).value(cells) ?? 0).toBe(
          Math.max(0, covered),
        );
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test("every rule keeps its promise: `divisor` more cells in give `rise` more cells out, from `from` on", () => {
    const margins = fc.record({ before: fc.nat(4), after: fc.nat(4) });
    const step = fc.oneof(
      fc
        .tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => ceilWindowSize(...of)),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => windowSize(...of)),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), margins)
        .map((of) => transposedWindowSize(...of)),
    );
    fc.assert(
      fc.property(step, fc.nat(100), (rule, more) => {
        const cells = rule.from + more;
        expect(rule.value(cells)).toBeGreaterThanOrEqual(1);
        expect(rule.value(cells + rule.divisor)).toBe((rule.value(cells) ?? 0) + rule.rise);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  test("a kernel larger than the padded map makes no map", () => {
    const large = size("conv", conv({ kernel: square(7) }), H);
    expect([sizeAt(large, 6), sizeAt(large, 7)]).toEqual([undefined, 1]);
    const cut = size("crop", { margins: square({ before: 3, after: 1 }) }, H);
    expect([sizeAt(cut, 4), sizeAt(cut, 5)]).toEqual([undefined, 1]);
  });

  test("mirroring needs a map larger than the margin", () => {
    const margins = square({ before: 2, after: 3 });
    const reflected = size("pad", { margins, mode: "reflect", value: 0 }, H);
    expect([sizeAt(reflected, 3), sizeAt(reflected, 4)]).toEqual([undefined, 9]);
    expect(sizeAt(size("pad", { margins, mode: "edge", value: 0 }, H), 1)).toBe(6);
  });

  test("a join exists exactly where all its maps are of one size", () => {
    fc.assert(
      fc.property(anySize, anySize, anySize, (a, b, c) => {
        const joined = size("add", {}, a.size, b.size, c.size);
        for (const n of sizesTo500) {
          const expected = a.at(n) === b.at(n) && b.at(n) === c.at(n) ? a.at(n) : undefined;
          expect(sizeAt(joined, n)).toBe(expected);
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test("a crop to a map has its size where there is enough to cut, and centred only where the rest is even", () => {
    fc.assert(
      fc.property(anySize, anySize, fc.nat(6), (map, reference, offset) => {
        const aligned = size(
          "crop_to",
          { rule: "aligned", offset: square(offset) },
          map.size,
          reference.size,
        );
        const centred = size(
          "crop_to",
          { rule: "centred", offset: square(undefined) },
          map.size,
          reference.size,
        );
        for (const n of sizesTo500.slice(1)) {
          const target = reference.at(n);
          const surplus = (map.at(n) ?? Number.NaN) - (target ?? Number.NaN);
          expect(sizeAt(aligned, n)).toBe(surplus >= offset ? target : undefined);
          expect(sizeAt(centred, n)).toBe(surplus >= 0 && surplus % 2 === 0 ? target : undefined);
        }
      }),
      { numRuns: 100, seed: 6 },
    );
  });

  test("unpooling gives back the size before the pool, at odd sizes too, where the values are as many as the pool's", () => {
    const pool: Attributes["maxpool"] = {
      kernel: square(2),
      stride: square(2),
      dilation: square(1),
      padding: square(none),
      ceil: true,
    };
    const pooled = size("maxpool", pool, H);
    const back = size("unpool", pool, pooled, pooled, H);
    expect(back).toEqual(H);
    const floors = size("maxpool", { ...pool, ceil: false }, H);
    const some = size("unpool", pool, floors, pooled, H);
    expect([sizeAt(some, 22), sizeAt(some, 23)]).toEqual([22, undefined]);
  });

  test("resizing to a map takes its size, also in another symbol", () => {
    const W = sound(linearSize("W", 1, 0));
    expect(size("resize_to", { mode: "nearest", alignCorners: false }, H, W)).toEqual(W);
    const tripled = size("resize", { mode: "nearest", factor: [3, 1], alignCorners: false }, H);
    expect(sizeAt(tripled, 5)).toBe(15);
  });

  test("pixel_unshuffle exists where its factor divides the map, and pixel_shuffle gives the map back", () => {
    const coarse = size("pixel_unshuffle", { factor: square(3) }, H);
    expect([8, 9, 10, 12].map((n) => sizeAt(coarse, n))).toEqual([undefined, 3, undefined, 4]);
    const back = size("pixel_shuffle", { factor: square(3) }, coarse);
    expect([0, 8, 9, 10, 12].map((n) => sizeAt(back, n))).toEqual([undefined, undefined, 9, undefined, 12]);
  });

  test("a pool with bins has as many cells at every size, smaller ones too", () => {
    const pooled = size("adaptive_pool", { kind: "average", bins: square(6) }, H);
    expect([0, 1, 5, 6, 100].map((n) => sizeAt(pooled, n))).toEqual([undefined, 6, 6, 6, 6]);
  });

  test("dense takes a map of one size, also one pooled to it, and says how to get one", () => {
    const attributes = { channels: 10, bias: true, init: he, frozen: false };
    expect(size("dense", attributes, constantSize(7))).toEqual(constantSize(1));
    const pooled = size("adaptive_pool", { kind: "average", bins: square(7) }, H);
    expect(sizeAt(size("dense", attributes, pooled), 300)).toBe(1);
    const map = sound(applyStep(H, windowSize(32, 32, { before: 0, after: 31 })));
    expect(inWords(operations.dense.size(attributes, [map], 0))).toEqual({
      code: "operations/dense-needs-constant-size",
      message:
        "dense(10) needs a feature map of fixed size, and the height of this one depends on the input: ⌈H/32⌉",
      help: "replace H of the input by a number such as 224, or use a convolution with the same weights, which also works on larger inputs: conv(10, 7x7, padding = valid) for H = 224, where the height is 7",
      parameter: undefined,
    });
  });

  test("an input's size is a number or linear in its symbol, per axis", () => {
    const attributes: Attributes["input"] = {
      name: "image",
      channels: 3,
      size: [
        { symbol: "H", scale: 16, shift: 4 },
        { symbol: undefined, scale: 0, shift: 224 },
      ],
    };
    expect(sizeAt(sound(operations.input.size(attributes, [], 0)), 2)).toBe(36);
    expect(sizeAt(sound(operations.input.size(attributes, [], 1)), 2)).toBe(224);
    expect(operations.input.channels(attributes, [])).toBe(3);
  });
});

test("a size rule on a period past the limit is refused with the words of the catalogue", () => {
  const first = sound(applyStep(H, windowSize(1, 1009, none)));
  expect(
    inWords(
      operations.maxpool.size(
        { kernel: square(101), stride: square(101), dilation: square(1), padding: square(none), ceil: false },
        [first],
        0,
      ),
    ),
  ).toMatchObject({
    code: "sizes/too-irregular",
    message: "the size of this map has a period of more than 65536 input sizes, too long to compute exactly",
  });
});
