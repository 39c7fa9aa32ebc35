/** TIFF files of which a page, a region or a few rows are read: the samples of the whole file, and no more bytes than these need. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ByteSource, withBytes } from "../../runtime/images/byte-source.ts";
import { decodeWithSharp } from "../../runtime/images/decode-with-sharp.ts";
import { asChannels, readImage } from "../../runtime/images/read-image.ts";
import { readImageSize } from "../../runtime/images/read-image-size.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { openRows } from "../../runtime/images/rows/open-rows.ts";
import { readImageRegion, readLabelRegion } from "../../runtime/images/rows/read-region.ts";
import { TiffWriter } from "../../runtime/images/rows/tiff-writer.ts";
import { countSlices } from "../../runtime/images/stacks/count-slices.ts";
import { findPages } from "../../runtime/images/tiff/directory.ts";
import { readPage } from "../../runtime/images/tiff/page.ts";
import { partOf } from "../../runtime/images/tiff/part.ts";
import { Random } from "../../runtime/random.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { greyStrips, madeTiff } from "./made-tiff.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-tiff-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const random = new Random(5);
const bytes = (length: number) => Uint8Array.from({ length }, () => random.integer(256));
const [height, width] = [211, 173];
const rgb = bytes(height * width * 3);
const colour = () => sharp(rgb, { raw: { width, height, channels: 3 } });
const grey = () => colour().toColourspace("b-w");
const deep = () => colour().toColourspace("rgb16");

const strips = { tileHeight: 48 } as const;

/** Every way in which libvips writes a file that is read here. */
const written: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  uncompressed: () =>
    colour()
      .tiff({ ...strips, compression: "none" })
      .toBuffer(),
  deflate: () =>
    colour()
      .tiff({ ...strips, compression: "deflate" })
      .toBuffer(),
  lzw: () =>
    colour()
      .tiff({ ...strips, compression: "lzw", predictor: "horizontal" })
      .toBuffer(),
  packbits: () =>
    colour()
      .tiff({ ...strips, compression: "packbits" })
      .toBuffer(),
  webp: () =>
    colour()
      .tiff({ ...strips, compression: "webp" })
      .toBuffer(),
  jpeg: () =>
    colour()
      .tiff({ ...strips, compression: "jpeg", quality: 90 })
      .toBuffer(),
  "lzw in tiles": () =>
    colour().tiff({ compression: "lzw", tile: true, tileWidth: 64, tileHeight: 32 }).toBuffer(),
  "jpeg in tiles": () =>
    colour().tiff({ compression: "jpeg", tile: true, tileWidth: 64, tileHeight: 64 }).toBuffer(),
  "uncompressed tiles": () =>
    colour().tiff({ compression: "none", tile: true, tileWidth: 48, tileHeight: 80 }).toBuffer(),
  "grey of 8 bits": () =>
    grey()
      .tiff({ ...strips, compression: "deflate" })
      .toBuffer(),
  "grey of 1 bit": () =>
    grey()
      .threshold(128)
      .tiff({ ...strips, bitdepth: 1, compression: "none" })
      .toBuffer(),
  "grey of 4 bits": () =>
    grey()
      .tiff({ ...strips, bitdepth: 4, compression: "none" })
      .toBuffer(),
  fax: () =>
    grey()
      .threshold(128)
      .tiff({ ...strips, bitdepth: 1, compression: "ccittfax4" })
      .toBuffer(),
  "white is zero": () =>
    grey()
      .tiff({ ...strips, compression: "deflate", miniswhite: true })
      .toBuffer(),
  "16 bits": () =>
    deep()
      .tiff({ ...strips, compression: "deflate", predictor: "horizontal" })
      .toBuffer(),
  "with alpha": () =>
    colour()
      .ensureAlpha(0.5)
      .tiff({ ...strips, compression: "deflate" })
      .toBuffer(),
  "of a colour profile": () =>
    colour()
      .withIccProfile("p3")
      .tiff({ ...strips, compression: "deflate" })
      .toBuffer(),
  CMYK: () =>
    colour()
      .toColourspace("cmyk")
      .tiff({ ...strips, compression: "deflate" })
      .toBuffer(),
  "a BigTIFF file": () =>
    colour()
      .tiff({ ...strips, compression: "deflate", bigtiff: true })
      .toBuffer(),
  "one strip": async () => tiffFile([{ width, height, channels: 3, samples: rgb }]),
};

async function rowsTogether(path: string, heights: readonly number[], channels?: 1 | 3) {
  const rows = await openRows(path, channels);
  try {
    const data: number[] = [];
    for (let strip = 0, read = 0; read < rows.height; strip++) {
      const found = await rows.next(heights[strip % heights.length] ?? 1);
      for (const sample of found.data) data.push(sample);
      read += found.height;
    }
    const { width: across, height: down, channels: each, fullScale } = rows;
    return { width: across, height: down, channels: each, fullScale, data };
  } finally {
    await rows.close();
  }
}

const regions = [
  { top: 0, left: 0, height: 20, width: 30 },
  { top: 63, left: 47, height: 66, width: 51 },
  { top: 190, left: 150, height: 21, width: 23 },
  { top: 0, left: 0, height, width },
];

describe("a TIFF file in parts", () => {
  it.each(Object.entries(written))("has the samples of the whole file: %s", async (name, make) => {
    const path = join(folder, `${name.replaceAll(" ", "-")}.tif`);
    const file = await make();
    writeFileSync(path, file);
    const whole = await decodeWithSharp(file, path);
    const image = await readImage(path);
    expect(await readImageSize(path)).toEqual([height, width]);
    expect(await rowsTogether(path, [1, 70, 13])).toEqual({ ...image, data: [...image.data] });
    for (const region of regions) {
      const part = await readImageRegion(path, undefined, region);
      expect(part).toMatchObject({ height: region.height, width: region.width, fullScale: whole.fullScale });
      const wanted = await decodeWithSharp(file, path, undefined, region);
      const shown = asChannels(wanted, path, undefined);
      expect(part.channels).toBe(shown.channels);
      expect(Buffer.compare(asBytes(part.data), asBytes(shown.data))).toBe(0);
    }
  });

  it("is read at the strips or tiles of the region alone", async () => {
    const shares: Record<string, number> = {};
    for (const name of ["deflate", "lzw in tiles"]) {
      const path = join(folder, "share.tif");
      writeFileSync(path, (await written[name]?.()) ?? "");
      let read = 0;
      await withBytes(path, async (source) => {
        const counted: ByteSource = {
          size: source.size,
          read: (at, length) => {
            read += length;
            return source.read(at, length);
          },
        };
        const places = await findPages(counted);
        const page = (await readPage(counted, places.pages[0] ?? 0, places))?.page;
        if (page === undefined) throw new Error("it is read whole");
        await partOf(counted, page, { top: 4, left: 4, height: 8, width: 8 });
        shares[name] = read / source.size;
      });
    }
    expect(shares["lzw in tiles"]).toBeLessThan(0.15); // 1 of 21 tiles
    expect(shares.deflate).toBeLessThan(0.3); // 1 of 5 strips
  });

  it("of one uncompressed strip is read a few rows at a time", async () => {
    const path = join(folder, "long.tif");
    const samples = bytes(3000 * 400);
    writeFileSync(path, tiffFile([{ width: 400, height: 3000, channels: 1, samples }]));
    await withBytes(path, async (source) => {
      const places = await findPages(source);
      const page = (await readPage(source, places.pages[0] ?? 0, places))?.page;
      expect(page?.block).toEqual({ height: 655, width: 400 }); // 256 kB
    });
    expect((await rowsTogether(path, [700])).data).toEqual([...samples]);
    const region = { top: 1200, left: 17, height: 3, width: 5 };
    const wanted = Array.from(
      { length: 15 },
      (_, i) => samples[(1200 + Math.floor(i / 5)) * 400 + 17 + (i % 5)],
    );
    expect([...(await readImageRegion(path, 1, region)).data]).toEqual(wanted);
  });

  it.each([
    { little: true, big: false },
    { little: false, big: false },
    { little: true, big: true },
    { little: false, big: true },
  ])("has its samples in either order of bytes, plain or BigTIFF: %o", async (order) => {
    const [across, down] = [240, 700]; // more than is read at a time
    const path = join(folder, "order.tif");
    const words = Array.from({ length: across * down }, () => random.integer(65536));
    const shape = { width: across, height: down, rows: 96 };
    const stored = (size: 2 | 4, write: (bytes: Buffer, value: number, at: number) => void): Buffer => {
      const data = Buffer.alloc(words.length * size);
      for (const [i, word] of words.entries()) write(data, word, size * i);
      return data;
    };
    const data = stored(2, (to, word, at) =>
      order.little ? to.writeUInt16LE(word, at) : to.writeUInt16BE(word, at),
    );
    writeFileSync(
      path,
      madeTiff({ ...order, data, entries: greyStrips({ ...shape, bits: 16, isFloat: false }) }),
    );
    expect((await rowsTogether(path, [50, 7])).data).toEqual(words);
    const region = { top: 301, left: 7, height: 3, width: 5 };
    const wanted = Array.from(
      { length: 15 },
      (_, i) => words[(301 + Math.floor(i / 5)) * across + 7 + (i % 5)],
    );
    expect([...(await readImageRegion(path, 1, region)).data]).toEqual(wanted);
    const floats = stored(4, (to, word, at) =>
      order.little ? to.writeFloatLE(word, at) : to.writeFloatBE(word, at),
    );
    writeFileSync(
      path,
      madeTiff({ ...order, data: floats, entries: greyStrips({ ...shape, bits: 32, isFloat: true }) }),
    );
    expect((await rowsTogether(path, [50, 7])).data).toEqual(words);
  });

  it("is read whole where a plain TIFF file has no such entries", async () => {
    const [across, down] = [600, 700]; // more than is read at a time
    const path = join(folder, "wide-entries.tif");
    const samples = bytes(across * down);
    const shape = { width: across, height: down, rows: 96, bits: 8, isFloat: false };
    const file = { little: true, big: true, data: Buffer.from(samples), entries: greyStrips(shape, 16) };
    writeFileSync(path, madeTiff(file));
    expect((await rowsTogether(path, [50])).data).toEqual([...samples]);
  });

  it("keeps floating-point samples, and names those that are not finite", async () => {
    const samples = Float32Array.from({ length: 600 * 200 }, (_, i) => i / 7 - 300);
    const path = join(folder, "float.tif");
    writeFileSync(path, tiffFile([{ width: 200, height: 600, channels: 1, samples }]));
    expect((await rowsTogether(path, [99])).data).toEqual([...samples]);
    samples[450 * 200 + 3] = Number.NaN;
    writeFileSync(path, tiffFile([{ width: 200, height: 600, channels: 1, samples }]));
    await expect(rowsTogether(path, [99])).rejects.toThrow("(NaN in row 450, column 3, counted from 0)");
  });

  it("holds labels, whose regions are those of the whole", async () => {
    const labels = Uint8Array.from({ length: height * width }, (_, i) => i % 5);
    const path = join(folder, "labels.tif");
    const image = sharp(labels, { raw: { width, height, channels: 1 } }).toColourspace("b-w");
    writeFileSync(
      path,
      await image.tiff({ compression: "lzw", tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    );
    const whole = await readLabel(path);
    for (const { top, left, ...size } of regions) {
      const part = await readLabelRegion(path, { top, left, ...size });
      expect(part).toMatchObject({ ...size, kind: "grey" });
      const wanted = Array.from(
        { length: size.height * size.width },
        (_, i) => whole.values[(top + Math.floor(i / size.width)) * width + left + (i % size.width)],
      );
      expect([...part.values]).toEqual(wanted);
    }
    writeFileSync(path, (await written["jpeg in tiles"]?.()) ?? "");
    await expect(readLabelRegion(path, regions[0])).rejects.toThrow("a TIFF file with JPEG compression");
  });
});

describe("a TIFF file of many pages", () => {
  const form = { width: 60, height: 50, channels: 1, type: "uint8" } as const;
  const pages = Array.from({ length: 9 }, () => bytes(60 * 50));

  async function stack(name: string): Promise<string> {
    const path = join(folder, name);
    const writer = await TiffWriter.open(path, form, pages.length);
    for (const [i, page] of pages.entries()) {
      if (i > 0) await writer.nextPage(form);
      await writer.write(page);
    }
    await writer.finish();
    return path;
  }

  it("is read page by page, whatever is behind it", async () => {
    const path = await stack("stack.tif");
    expect(await countSlices(path)).toBe(9);
    for (const i of [0, 8, 4]) {
      expect([...(await readImage(`${path}#${i}`)).data]).toEqual([...(pages[i] ?? [])]);
      expect((await rowsTogether(`${path}#${i}`, [7])).data).toEqual([...(pages[i] ?? [])]);
      expect(await readImageSize(`${path}#${i}`)).toEqual([50, 60]);
    }
    await expect(readImage(path)).rejects.toThrow("holds 9 pages, and an image file is read as one image");
    await expect(readImageSize(path)).rejects.toThrow("holds 9 pages");
    await expect(openRows(path)).rejects.toThrow("holds 9 pages");
    for (const read of [readImage, readImageSize, openRows, readLabel])
      await expect(read(`${path}#9`)).rejects.toThrow("stack.tif#9: there is no image 9");
  });

  it("is refused by its name where it ends before a page, which others need not", async () => {
    const path = await stack("cut.tif");
    truncateSync(path, 2000); // the directories are behind their pages
    await expect(readImage(`${path}#0`)).rejects.toThrow(/cut\.tif#0 cannot be decoded: it is damaged/);
    await expect(countSlices(path)).rejects.toThrow(/cut\.tif cannot be decoded/);
  });

  it("is not taken for one of fewer pages where it ends inside a later directory", async () => {
    const samples = bytes(4);
    const whole = tiffFile([1, 2, 3].map(() => ({ width: 2, height: 2, channels: 1, samples })));
    const path = join(folder, "fewer.tif");
    writeFileSync(path, whole);
    expect(await countSlices(path)).toBe(3);
    const directory = (at: number): number => {
      const link = at + 2 + 12 * whole.readUInt16LE(at);
      return whole.readUInt32LE(link);
    };
    const third = directory(directory(whole.readUInt32LE(4)));
    truncateSync(path, third + 9);
    for (const read of [
      countSlices,
      readImage,
      (file: string) => readImage(`${file}#0`),
      readLabel,
      openRows,
    ])
      await expect(read(path)).rejects.toThrow("it is damaged or truncated (its page 3 is missing)");
  });

  it("may have directories that go round in a circle: it is refused", async () => {
    const file = tiffFile([
      { width: 2, height: 2, channels: 1, samples: bytes(4) },
      { width: 2, height: 2, channels: 1, samples: bytes(4) },
    ]);
    const first = file.readUInt32LE(4);
    const link = first + 2 + 12 * file.readUInt16LE(first);
    const second = file.readUInt32LE(link);
    file.writeUInt32LE(first, second + 2 + 12 * file.readUInt16LE(second));
    const path = join(folder, "circle.tif");
    writeFileSync(path, file);
    await expect(readImage(`${path}#5`)).rejects.toThrow(/circle\.tif/);
  });
});

function asBytes(samples: Uint8Array | Uint16Array | Float32Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
