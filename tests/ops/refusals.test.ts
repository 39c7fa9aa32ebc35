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
      "for instance maxpool(2)",
    ],
    [
      "maxpool(2, global)",
      "maxpool",
      { kernel: extent(2), global: flag(true) },
      "maxpool cannot take global together with kernel: a global pool has one window, the whole map",
      "leave one of the two out",
    ],
    [
      "avgpool(3, bins = 6)",
      "avgpool",
      { kernel: extent(3), bins: extent(6) },
      "avgpool cannot take bins together with kernel: the windows follow from the number of bins and the map's size",
      "leave one of the two out",
    ],
    [
      "avgpool(global, bins = 6)",
      "avgpool",
      { global: flag(true), bins: extent(6) },
      "avgpool cannot take global together with bins: a global pool has one window, the whole map",
      "leave one of the two out",
    ],
    [
      "maxpool(2, padding = 2)",
      "maxpool",
      { kernel: extent(3, 2), padding: extent(2) },
      "padding 2 is not smaller than the pool's kernel, which is 2 in width: a window could lie in the padding alone",
      "give padding = 1 or less",
    ],
    [
      "maxpool(3, stride = 1, dilate = 2, padding = 5)",
      "maxpool",
      { kernel: extent(3), stride: extent(1), dilate: extent(2), padding: extent(5) },
      "padding 5 is not smaller than the pool's dilated kernel, which is 5 in height: a window could lie in the padding alone",
      "give padding = 4 or less",
    ],
    [
      "a transposed convolution whose kernel is below its stride",
      "transposed_conv",
      { channels: count(8), kernel: extent(2), stride: extent(3) },
      "a transposed convolution with kernel 2 and stride 3 in height cannot give exactly 3 times the size: its kernel does not reach from one cell to the next",
      "use a kernel of at least 3, or padding = valid",
    ],
    [
      "unpool of a map that is no maxpool",
      "unpool",
      { pool: map({ ...current, operation: "relu", called: "pool3" }) },
      'unpool puts values back where a maxpool found its maxima, and "pool3" is made by relu',
      "name the pool itself, right after it: maxpool(2) as pool1 … unpool(pool1); or use unpool(nearest, 2)",
    ],
    [
      "unpool()",
      "unpool",
      {},
      "unpool needs a pool, or nearest or bed_of_nails",
      "for instance unpool(pool1)",
    ],
    [
      "unpool(nearest)",
      "unpool",
      { mode: choice("nearest") },
      "unpool needs a factor",
      "for instance unpool(nearest, 2)",
    ],
    [
      "unpool(pool1, 2)",
      "unpool",
      { pool: map(pool1), factor: extent(2) },
      "unpool cannot take a pool together with a factor: size and places follow from the pool",
      "leave one of the two out",
    ],
    [
      "upsample(learned)",
      "upsample",
      { mode: choice("learned") },
      "upsample needs a factor, or to = a map",
      "for instance upsample(2, learned)",
    ],
    [
      "upsample(learned, to = pool1)",
      "upsample",
      { mode: choice("learned"), to: map(pool1) },
      "upsample cannot take learned together with to: a transposed convolution multiplies the size by a factor",
      "leave one of the two out",
    ],
    [
      "upsample(2, bilinear, kernel = 4)",
      "upsample",
      { mode: choice("bilinear"), factor: extent(2), kernel: extent(4) },
      "upsample cannot take bilinear together with kernel: only a learned upsampling has weights",
      "leave one of the two out",
    ],
    [
      "upsample(2, nearest, align_corners)",
      "upsample",
      { mode: choice("nearest"), factor: extent(2), align_corners: flag(true) },
      "upsample cannot take nearest together with align_corners: corners are aligned in bilinear upsampling only",
      "leave one of the two out",
    ],
    [
      "upsample(2, bilinear, to = pool1)",
      "upsample",
      { mode: choice("bilinear"), factor: extent(2), to: map(pool1) },
      "upsample cannot take a factor together with to: the size follows from the other map",
      "leave one of the two out",
    ],
    [
      "dropout(1)",
      "dropout",
      { rate: number(1) },
      "dropout(1) would drop every value",
      "a rate is the share that is dropped: 0 or more, below 1, usually 0.5",
    ],
    ["crop()", "crop", {}, "crop needs a number of cells", "for instance crop(2)"],
    [
      "pad(reflect)",
      "pad",
      { mode: choice("reflect") },
      "pad needs a number of cells",
      "for instance pad(2)",
    ],
  ])("%s", (_title, name, given, message, help) => {
    expect(inWords(lower(name, given))).toMatchObject({ message, help });
  });
});
