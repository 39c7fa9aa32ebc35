import { encode } from "fast-png";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AugmentationConfiguration } from "../../compiler/learning/augmentations/registry.ts";
import { drawAugmentation } from "../../runtime/data/augment/draw.ts";
import { type BatchRequest, makeBatch } from "../../runtime/data/make-batch.ts";
import type { Pair } from "../../runtime/data/pair.ts";
import { readSamplePart } from "../../runtime/data/sample.ts";
import { sourceRegion } from "../../runtime/data/source-region.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { labelStrips } from "../../runtime/images/rows/label-strips.ts";
import { openRows } from "../../runtime/images/rows/open-rows.ts";
import { readImageRegion, readLabelRegion } from "../../runtime/images/rows/read-region.ts";
import { Random } from "../../runtime/random.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { niftiFile, npyFile } from "../images/array-files.ts";
import { type Folder, flat, masksOf, temporaryFolder } from "./fixture.ts";
import { classes, imageOf, inputOf, labels } from "./plans.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const [height, width] = [83, 71];
const random = new Random(6);
const rgb = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256));
const words = Uint16Array.from({ length: height * width }, () => random.integer(65536));
const index = Uint8Array.from({ length: height * width }, () => random.integer(3));
const volume = Uint16Array.from({ length: 3 * height * width }, () => random.integer(65536));
const region = { top: 21, left: 13, height: 40, width: 30 };

const files = async (): Promise<readonly (readonly [what: string, file: string])[]> => [
  ["colours", await folder.bytes("rgb.png", encode({ width, height, channels: 3, data: rgb }))],
  [
    "16 bits",
    await folder.bytes("words.png", encode({ width, height, channels: 1, depth: 16, data: words })),
  ],
  [
    "palette",
    await folder.bytes(
      "p.png",
      encode({
        width,
        height,
        channels: 1,
        data: index,
        palette: [
          [9, 8, 7],
          [200, 0, 1],
          [3, 4, 250],
        ],
      }),
    ),
  ],
  ["TIFF", await folder.bytes("w.tif", tiffFile([{ width, height, channels: 1, samples: words }]))],
  [
    "JPEG",
    await folder.bytes(
      "j.jpg",
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .jpeg()
        .toBuffer(),
    ),
  ],
  [
    "interlaced",
    await folder.bytes(
      "i.png",
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .png({ progressive: true })
        .toBuffer(),
    ),
  ],
  ["array", await folder.bytes("a.npy", npyFile(rgb, "|u1", [height, width, 3]))],
  ["array in Fortran's order", await folder.bytes("f.npy", npyFile(words, "<u2", [height, width], true))],
  ["image of a stack", `${await folder.bytes("s.npy", npyFile(rgb, "|u1", [3, height, width]))}#1`],
  ["slice", `${await folder.bytes("v.nii", niftiFile(volume, [width, height, 3]))}#2`],
  [
    "TIFF in tiles",
    await folder.bytes(
      "t.tif",
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .tiff({ compression: "lzw", tile: true, tileWidth: 32, tileHeight: 16 })
        .toBuffer(),
    ),
  ],
];

describe("a part of an image file", () => {
  it("is that of the whole image, in every format", async () => {
    for (const [what, file] of await files()) {
      const whole = await readImage(file, 3);
      const part = await readImageRegion(file, 3, region);
      expect([part.height, part.width, part.fullScale], what).toEqual([40, 30, whole.fullScale]);
      for (let y = 0; y < 40; y++) {
        const from = ((region.top + y) * width + region.left) * 3;
        expect([...part.data.subarray(y * 90, y * 90 + 90)], what).toEqual([
          ...whole.data.subarray(from, from + 90),
        ]);
      }
    }
  });

  it("has the labels of the whole, as they are stored", async () => {
    for (const [what, file] of (await files()).filter(([kind]) => !["JPEG"].includes(kind))) {
      const whole = await readLabel(file);
      const part = await readLabelRegion(file, region);
      expect([part.kind, part.palette], what).toEqual([whole.kind, whole.palette]);
      const wanted = Array.from({ length: 1200 }, (_, i) => {
        const [y, x] = [region.top + Math.floor(i / 30), region.left + (i % 30)];
        return whole.values[y * width + x];
      });
      expect([...part.values], what).toEqual(wanted);
    }
  });
});

describe("a large image from top to bottom", () => {
  it("has the samples of the whole image, in every format", async () => {
    for (const [what, file] of await files()) {
      const whole = await readImage(file, 3);
      const rows = await openRows(file, 3);
      const found: number[] = [];
      for (let at = 0; at < rows.height; at += 11) found.push(...(await rows.next(11)).data);
      await rows.close();
      expect(found, what).toEqual([...whole.data]);
    }
  });

  it("has the labels of the whole image", async () => {
    for (const [what, file] of (await files()).filter(([kind]) => !["JPEG"].includes(kind))) {
      const whole = await readLabel(file);
      const values: number[] = [];
      for await (const strip of labelStrips(file)) {
        expect([strip.kind, strip.palette, strip.width], what).toEqual([whole.kind, whole.palette, width]);
        values.push(...strip.values);
      }
      expect(values, what).toEqual([...whole.values]);
    }
  });
});

describe("a crop of a large image", () => {
  const masks = masksOf(["a", "b", "c"]);
  const augments: readonly (readonly AugmentationConfiguration[])[] = [
    [{ kind: "crop", size: [16, 12] }],
    [
      { kind: "flip", probability: 0.5 },
      { kind: "rotate", degrees: 20, probability: 1 },
      { kind: "scale", factors: [0.8, 1.3], probability: 1 },
      { kind: "crop", size: [16, 12] },
    ],
    [
      { kind: "shift", most: [60, 60], probability: 1 },
      { kind: "elastic", deviation: 4, grid: 4, probability: 1 },
      { kind: "perspective", distortion: 0.1, probability: 1 },
      { kind: "crop", size: [16, 12] },
      { kind: "brightness", change: 0.3, probability: 1 },
    ],
  ];

  it("is the same as that of the image in memory, bit by bit, whatever moves its pixels", async () => {
    const pairs: readonly Pair[] = [
      ["rgb.png", "p.png"],
      ["w.tif", "p.png"],
      ["j.jpg", "p.png"],
      ["t.tif", "p.png"],
    ].map(([image = "", label = ""]) => ({
      name: image,
      image: `${folder.path}/${image}`,
      label: `${folder.path}/${label}`,
    }));
    await files();
    for (const augment of augments) {
      for (let epoch = 0; epoch < 4; epoch++) {
        const request: BatchRequest = {
          items: pairs.map((pair) => ({ pair, sample: undefined, stream: `epoch ${epoch} ${pair.name}` })),
          masks,
          augment,
          inputs: [inputOf(3, { mean: [0, 0, 0], deviation: [1, 1, 1] })],
          targets: [labels],
          seed: 3,
          oddTurns: undefined,
          keep: true,
        };
        const whole = await makeBatch(request);
        const parts = await makeBatch({ ...request, wholeUpTo: 100 });
        expect(parts.batch.inputs.get("image")).toEqual(whole.batch.inputs.get("image"));
        expect(parts.batch.targets.get("labels")).toEqual(whole.batch.targets.get("labels"));
        expect(whole.decoded).toHaveLength(4);
        expect(parts.decoded.length).toBeLessThan(4);
      }
    }
  });

  it("holds the pixels around the window and no others", async () => {
    const rgbFile = (await files())[0]?.[1] ?? "";
    const pair = { name: "x", image: rgbFile, label: await folder.grey("l.png", flat(height, width, 1)) };
    const { map } = drawAugmentation([{ kind: "crop", size: [16, 12] }], [height, width], new Random(2));
    const seen = sourceRegion(map, [height, width]);
    expect(seen.height * seen.width).toBeLessThanOrEqual(18 * 14);
    const sample = await readSamplePart(pair, masks, [imageOf(3), classes], [height, width], seen);
    expect(sample.layers.get(imageOf(3).key)?.values.length).toBe(seen.height * seen.width * 3);
    expect(sample.layers.get(classes.key)?.values.length).toBe(seen.height * seen.width);
    const small = { ...pair, label: await folder.grey("small.png", flat(9, 9, 1)) };
    await expect(readSamplePart(small, masks, [imageOf(3), classes], [height, width], seen)).rejects.toThrow(
      `small.png has 9×9 pixels, its image ${rgbFile} has ${height}×${width}`,
    );
  });
});
