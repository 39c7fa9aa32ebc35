/** Images row by row: the same samples as of the whole file, the same refusals, and files that are whole or not there. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { openRows } from "../../runtime/images/rows/open-rows.ts";
import { PngWriter } from "../../runtime/images/rows/png-writer.ts";
import { Random } from "../../runtime/random.ts";
import { pngChunk, pngFile } from "../../tools/verify/faults/files/png-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fcn-rows-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const random = new Random(5);
const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(256 * random.uniform()));

/** Every filter in turn, random data. */
function scanlines(height: number, rowBytes: number): Buffer {
  return Buffer.concat(
    Array.from({ length: height }, (_, row) => Buffer.concat([Buffer.from([row % 5]), bytes(rowBytes)])),
  );
}

/** As much as asked for, in strips of these heights, one after the other. */
async function inStrips(path: string, heights: readonly number[], channels?: 1 | 3) {
  const rows = await openRows(path, channels);
  try {
    const data: number[] = [];
    let read = 0;
    for (let strip = 0; read < rows.height; strip++) {
      const { data: found, height } = await rows.next(heights[strip % heights.length] ?? 1);
      data.push(...found);
      read += height;
    }
    return { width: rows.width, height: read, channels: rows.channels, fullScale: rows.fullScale, data };
  } finally {
    await rows.close();
  }
}

const kinds: readonly (readonly [colourType: number, depth: number, channels: number])[] = [
  [0, 1, 1],
  [0, 2, 1],
  [0, 4, 1],
  [0, 8, 1],
  [0, 16, 1],
  [2, 8, 3],
  [2, 16, 3],
  [3, 8, 1],
  [3, 4, 1],
  [4, 8, 2],
  [6, 16, 4],
];

describe("an image read in rows", () => {
  it.each(kinds)(
    "has the samples of the whole file: colour type %i, %i bits",
    async (colourType, depth, channels) => {
      const [width, height] = [13, 29];
      const path = join(folder, `kind-${colourType}-${depth}.png`);
      const data = deflateSync(scanlines(height, Math.ceil((width * channels * depth) / 8)));
      const palette = colourType === 3 ? [pngChunk("PLTE", bytes(3 * 200))] : [];
      writeFileSync(path, pngFile({ width, height, depth, colourType, data, chunks: palette }));
      for (const wanted of [undefined, 1, 3] as const) {
        const { data: whole, ...image } = await readImage(path, wanted);
        expect(await inStrips(path, [1, 7, 3], wanted)).toEqual({ ...image, data: [...whole] });
      }
    },
  );

  it("is read from formats and interlaced files that are decoded whole", async () => {
    const grey = { raw: { width: 31, height: 22, channels: 3 as const } };
    const pixels = bytes(31 * 22 * 3);
    await sharp(pixels, grey).tiff({ compression: "none" }).toFile(join(folder, "a.tif"));
    await sharp(pixels, grey).png({ progressive: true }).toFile(join(folder, "interlaced.png"));
    for (const name of ["a.tif", "interlaced.png"])
      expect((await inStrips(join(folder, name), [5])).data, name).toEqual([...pixels]);
  });

  it.each([
    ["truncated", (file: Buffer) => file.subarray(0, file.length - 30), "the end of the file is missing"],
    ["with a wrong byte", (file: Buffer) => changed(file, file.length - 40), ""],
  ])("is refused when it is %s, by its name", async (what, damage, reason) => {
    const path = join(folder, `${what}.png`);
    const data = deflateSync(scanlines(40, 50 * 3));
    writeFileSync(path, damage(pngFile({ width: 50, height: 40, depth: 8, colourType: 2, data })));
    await expect(inStrips(path, [9])).rejects.toThrow(
      `${path} cannot be decoded: it is damaged or truncated (${reason}`,
    );
  });

  it("is refused where its data ends before its rows", async () => {
    const path = join(folder, "short.png");
    const data = deflateSync(scanlines(10, 20));
    writeFileSync(path, pngFile({ width: 20, height: 11, depth: 8, colourType: 0, data }));
    await expect(inStrips(path, [4])).rejects.toThrow("the end of the image is missing");
  });

  it.each([1, 2 ** 24])("is refused after its last row where its data holds %i bytes more", async (more) => {
    const path = join(folder, "more.png");
    const data = deflateSync(Buffer.concat([scanlines(10, 20), Buffer.alloc(more)]));
    writeFileSync(path, pngFile({ width: 20, height: 10, depth: 8, colourType: 0, data }));
    await expect(inStrips(path, [4])).rejects.toThrow("holds more data than an image of 10×20 pixels needs");
  });
});

function changed(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = (copy[at] ?? 0) ^ 0x55;
  return copy;
}

describe("a PNG file written in rows", () => {
  it.each([
    ["grey", { channels: 1, depth: 8 }, undefined],
    ["RGB", { channels: 3, depth: 8 }, undefined],
    ["grey of 16 bits", { channels: 1, depth: 16 }, undefined],
    ["palette", { channels: 1, depth: 8 }, Array.from({ length: 256 }, (_, i) => [i, 255 - i, 7] as const)],
  ] as const)("reads as it was written: %s", async (what, form, palette) => {
    const path = join(folder, `${what}.png`);
    const [width, height] = [37, 50];
    const length = width * height * form.channels;
    const samples = form.depth === 16 ? new Uint16Array(bytes(2 * length).buffer) : bytes(length);
    const writer = await PngWriter.open(path, { width, height, ...form, palette });
    for (let row = 0; row < height; row += 10)
      await writer.write(samples.subarray(row * width * form.channels, (row + 10) * width * form.channels));
    await writer.finish();
    const { data } = await readImage(path);
    const wanted = palette === undefined ? [...samples] : Array.from(samples, (i) => palette[i] ?? []).flat();
    expect([...data]).toEqual(wanted);
    // another program reads it too
    expect(await sharp(readFileSync(path)).metadata()).toMatchObject({ width, height });
  });

  it("is not there, and nothing beside it, until it is finished, nor when it is given up", async () => {
    const inside = mkdtempSync(join(folder, "unfinished-"));
    const writer = await PngWriter.open(join(inside, "x.png"), {
      width: 8,
      height: 4,
      channels: 1,
      depth: 8,
    });
    await writer.write(bytes(16));
    expect(readdirSync(inside)).toEqual([expect.stringMatching(/^x\.png\..*\.part$/)]);
    await expect(writer.finish()).rejects.toThrow("2 of 4 rows are written");
    await writer.discard();
    expect(readdirSync(inside)).toEqual([]);
  });

  it("cannot be opened where a file cannot be written", async () => {
    const form = { width: 8, height: 4, channels: 1, depth: 8 } as const;
    await expect(PngWriter.open(join(folder, "nowhere", "x.png"), form)).rejects.toThrow("nowhere");
  });
});
