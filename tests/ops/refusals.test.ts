import { describe, expect, test } from "vitest";
import { bound, current, inWords, lower, pool1 } from "./calls.ts";

const { count, extent, number, choice, flag, map } = bound;

describe("what words refuse, and how they say it", () => {
  test.each([
    [
      "maxpool() without a window",
      "maxpool",
      {},
      "maxpool needs the size of its window, or bins, or global",
      "for example maxpool(2)",
    ],
    [
      "maxpool(2, global)",
      "maxpool",
      { kernel: extent(2), global: flag(true) },
      "maxpool cannot take global together with kernel: a global pool has one window, the whole feature map",
      "remove one of the two",
    ],
    [
      "avgpool(3, bins = 6)",
      "avgpool",
      { kernel: extent(3), bins: extent(6) },
      "avgpool cannot take bins together with kernel: the windows follow from the number of bins and the feature map's size",
      "remove one of the two",
    ],
    [
      "avgpool(global, bins = 6)",
      "avgpool",
      { global: flag(true), bins: extent(6) },
      "avgpool cannot take global together with bins: a global pool has one window, the whole feature map",
      "remove one of the two",
    ],
    [
      "maxpool(2, padding = 2)",
      "maxpool",
      { kernel: extent(3, 2), padding: extent(2) },
      "the padding of a pool must be smaller than its kernel: found padding 2 and width 2, so a window could contain only padding",
      "use padding = 1 or less",
    ],
    [
      "maxpool(3, stride = 1, dilate = 2, padding = 5)",
      "maxpool",
      { kernel: extent(3), stride: extent(1), dilate: extent(2), padding: extent(5) },
      "the padding of a pool must be smaller than its dilated kernel: found padding 5 and height 5, so a window could contain only padding",
      "use padding = 4 or less",
    ],
    [
      "a transposed convolution whose kernel is below its stride",
      "transposed_conv",
      { channels: count(8), kernel: extent(2), stride: extent(3) },
      "a transposed convolution with kernel 2 and stride 3 in height cannot make its input exactly 3 times as large: the kernel is smaller than the stride, so some positions get no value",
      "use a kernel of at least 3, or padding = valid",
    ],
    [
      "unpool of a map that is no maxpool",
      "unpool",
      { pool: map({ ...current, operation: "relu", called: "pool3" }) },
      'unpool needs the pooling indices of a maxpool, and "pool3" comes from relu',
      "name the pool directly after it, maxpool(2) as pool1 … unpool(pool1), or use unpool(nearest, 2)",
    ],
    [
      "unpool()",
      "unpool",
      {},
      "unpool needs a pool, or nearest or bed_of_nails",
      "for example unpool(pool1)",
    ],
    [
      "unpool(nearest)",
      "unpool",
      { mode: choice("nearest") },
      "unpool needs a factor",
      "for example unpool(nearest, 2)",
    ],
    [
      "unpool(pool1, 2)",
      "unpool",
      { pool: map(pool1), factor: extent(2) },
      "unpool cannot take a pool together with a factor: size and places follow from the pool",
      "remove one of the two",
    ],
    [
      "upsample(learned)",
      "upsample",
      { mode: choice("learned") },
      "upsample needs a factor, or to = a feature map",
      "for example upsample(2, learned)",
    ],
    [
      "upsample(learned, to = pool1)",
      "upsample",
      { mode: choice("learned"), to: map(pool1) },
      "upsample cannot take learned together with to: a transposed convolution multiplies the size by a factor",
      "remove one of the two",
    ],
    [
      "upsample(2, bilinear, kernel = 4)",
      "upsample",
      { mode: choice("bilinear"), factor: extent(2), kernel: extent(4) },
      "upsample cannot take bilinear together with kernel: only a learned upsampling has weights",
      "remove one of the two",
    ],
    [
      "upsample(2, nearest, align_corners)",
      "upsample",
      { mode: choice("nearest"), factor: extent(2), align_corners: flag(true) },
      "upsample cannot take nearest together with align_corners: corners are aligned in bilinear upsampling only",
      "remove one of the two",
    ],
    [
      "upsample(2, bilinear, to = pool1)",
      "upsample",
      { mode: choice("bilinear"), factor: extent(2), to: map(pool1) },
      "upsample cannot take a factor together with to: the size follows from the other feature map",
      "remove one of the two",
    ],
    [
      "dropout(1)",
      "dropout",
      { rate: number(1) },
      "dropout(1) would drop every value",
      "the rate is the fraction of values to drop: at least 0 and below 1, usually 0.5",
    ],
    ["crop()", "crop", {}, "crop needs a number of positions", "for example crop(2)"],
    [
      "pad(reflect)",
      "pad",
      { mode: choice("reflect") },
      "pad needs a number of positions",
      "for example pad(2)",
    ],
  ])("%s", (_title, name, given, message, help) => {
    expect(inWords(lower(name, given))).toMatchObject({ message, help });
  });
});
