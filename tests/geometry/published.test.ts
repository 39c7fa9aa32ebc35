import { describe, expect, test } from "vitest";
import { alignedCrop } from "../../compiler/geometry/alignment.ts";
import { largestField, smallestField } from "../../compiler/geometry/field-size.ts";
import { rational } from "../../compiler/geometry/rational.ts";
import { centredOffset } from "../../compiler/sizes/centred-offset.ts";
import { describeSet } from "../../compiler/sizes/describe-set.ts";
import { formula } from "../../compiler/sizes/formula.ts";
import { linearSize } from "../../compiler/sizes/make-size.ts";
import type { SizeSet } from "../../compiler/sizes/size-function.ts";
import { allSizes, existsSet, intersect, isAll } from "../../compiler/sizes/size-set.ts";
import { sizeAt } from "../../compiler/sizes/size-table.ts";
import { sound } from "../sizes/random-sizes.ts";
import { type AxisMap, apply, convolve, imageMap, poolOf, transpose } from "./moves.ts";

const H = imageMap(sound(linearSize("H", 1, 0)));
const around = (cells: number) => ({ before: cells, after: cells });

function times(count: number, step: (map: AxisMap) => AxisMap, map: AxisMap): AxisMap {
  return count === 0 ? map : times(count - 1, step, step(map));
}

/** Cuts the map to the reference, aligned. */
function aligned(map: AxisMap, reference: AxisMap): { readonly offset: number; readonly map: AxisMap } {
  const offset = alignedCrop(map.geometry, reference.geometry);
  if (offset?.denominator !== 1) throw new Error("no whole offset");
  const cut = offset.numerator;
  return { offset: cut, map: apply("crop_to", { rule: "aligned", offset: [cut, cut] }, map, reference) };
}

describe("VGG-16 in FCN (Shelhamer's prototxt: a border of 100, ceil-mode pooling, 7x7 fc6)", () => {
  const same = (map: AxisMap) => convolve(map, 3, 1, around(1));
  const pooled = (convolutions: number, map: AxisMap) =>
    apply("maxpool", poolOf(2, 2, around(0), true), times(convolutions, same, map));
  const conv1_1 = convolve(H, 3, 1, around(100));
  const pool1 = pooled(1, conv1_1);
  const pool2 = pooled(2, pool1);
  const pool3 = pooled(3, pool2);
  const pool4 = pooled(3, pool3);
  const pool5 = pooled(3, pool4);
  const score = convolve(pool5, 7);

  test("500 pixels become 698, 349, 175, 88, 44, 22 and 16 cells", () => {
    const sizes = [conv1_1, pool1, pool2, pool3, pool4, pool5, score].map((map) => sizeAt(map.size, 500));
    expect(sizes).toEqual([698, 349, 175, 88, 44, 22, 16]);
  });

  test("the receptive fields are 6, 16, 44, 100, 212 and 404 pixels", () => {
    const fields = [pool1, pool2, pool3, pool4, pool5, score].map((map) => largestField(map.geometry));
    expect(fields).toEqual([6, 16, 44, 100, 212, 404]);
  });

  test("FCN-32s crops 19 cells and accepts every H", () => {
    const { offset, map } = aligned(transpose(score, 64, 32), H);
    expect(offset).toBe(19);
    expect(isAll(existsSet(map.size))).toBe(true);
    expect(map.size).toEqual(H.size);
  });

  test("FCN-16s crops 5 and 27, FCN-8s 5, 9 and 31 cells, and both accept every H", () => {
    const up4 = transpose(score, 4, 2);
    const skip4 = aligned(pool4, up4);
    const fuse4 = apply("add", {}, up4, skip4.map);
    const out16 = aligned(transpose(fuse4, 32, 16), H);
    expect([skip4.offset, out16.offset]).toEqual([5, 27]);
    const up3 = transpose(fuse4, 4, 2);
    const skip3 = aligned(pool3, up3);
    const fuse3 = apply("add", {}, up3, skip3.map);
    const out8 = aligned(transpose(fuse3, 16, 8), H);
    expect([skip4.offset, skip3.offset, out8.offset]).toEqual([5, 9, 31]);
    expect([up4, up3].map((map) => sizeAt(map.size, 500))).toEqual([34, 70]);
    for (const { map } of [skip4, skip3, out8, out16]) expect(isAll(existsSet(map.size))).toBe(true);
    expect(out8.map.geometry).toMatchObject({ stride: rational(1), offset: rational(0) });
    expect([up4, fuse4, up3, fuse3].map((map) => largestField(map.geometry))).toEqual([436, 436, 468, 468]);
  });
});

test("FCN-AlexNet crops 18 cells of the 543 (voc-fcn-alexnet prototxt)", () => {
  const pool = (map: AxisMap) => apply("maxpool", poolOf(3, 2, around(0), true), map);
  const conv1 = convolve(H, 11, 4, around(100));
  const conv2 = convolve(pool(conv1), 5, 1, around(2));
  const conv5 = times(3, (map) => convolve(map, 3, 1, around(1)), pool(conv2));
  const score = convolve(pool(conv5), 6);
  const up = transpose(score, 63, 32);
  expect([conv1, conv2, conv5, score, up].map((map) => sizeAt(map.size, 500))).toEqual([
    173, 86, 43, 16, 543,
  ]);
  expect(largestField(score.geometry)).toBe(355);
  expect(aligned(up, H).offset).toBe(18);
});

describe("U-Net (Ronneberger, Fischer & Brox 2015)", () => {
  interface Net {
    readonly output: AxisMap;
    readonly offsets: readonly (number | undefined)[];
    readonly accepts: SizeSet;
  }

  /** Four levels; `valid` with centred crops, or padded with none. */
  function unet(padding: { before: number; after: number }, crop: boolean): Net {
    const double = (map: AxisMap) => times(2, (each) => convolve(each, 3, 1, padding), map);
    let accepts = allSizes("H");
    const require = (map: AxisMap): AxisMap => {
      accepts = sound(intersect(accepts, existsSet(map.size)));
      return map;
    };
    const levels: AxisMap[] = [];
    let map = H;
    for (let level = 0; level < 4; level += 1) {
      map = require(double(map));
      levels.push(map);
      map = require(apply("maxpool", poolOf(2, 2), map));
    }
    map = require(double(map));
    const offsets: (number | undefined)[] = [];
    for (const skip of levels.toReversed()) {
      const up = require(transpose(map, 2, 2));
      let cut = skip;
      if (crop) {
        const offset = sound(centredOffset(skip.size, up.size, accepts));
        offsets.push(offset);
        cut = require(apply("crop_to", { rule: "centred", offset: [offset, offset] }, skip, up));
      }
      map = require(double(require(apply("concat", {}, up, cut))));
    }
    return { output: map, offsets, accepts };
  }

  test("valid with centred crops: H ≥ 188 with H mod 16 = 12, H − 184, crops 4, 16, 40 and 88, fields 188 to 204", () => {
    const { output, offsets, accepts } = unet(around(0), true);
    expect(describeSet(accepts)).toEqual({ period: 16, residues: [12], from: 188, also: [] });
    expect(formula(output.size, accepts, { unicode: false })).toBe("H - 184");
    expect(formula(output.size, accepts, { unicode: true })).toBe("H − 184");
    expect(sizeAt(output.size, 572)).toBe(388);
    expect(offsets).toEqual([4, 16, 40, 88]);
    expect(output.geometry).toMatchObject({ stride: rational(1), offset: rational(92) });
    expect([smallestField(output.geometry), largestField(output.geometry)]).toEqual([188, 204]);
  });

  test("padded: H mod 16 = 0, and as many cells as pixels", () => {
    const { output, accepts } = unet(around(1), false);
    expect(describeSet(accepts)).toEqual({ period: 16, residues: [0], from: 16, also: [] });
    expect(formula(output.size, accepts, { unicode: false })).toBe("H");
    expect(output.geometry).toMatchObject({ stride: rational(1), offset: rational(0) });
  });
});
