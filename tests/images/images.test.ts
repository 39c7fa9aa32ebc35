import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode, type ImageData } from "fast-png";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classPalette } from "../../compiler/colour/class-palette.ts";
import { decodePng } from "../../runtime/images/decode-png.ts";
import { overlay } from "../../runtime/images/overlay.ts";
import type { Colour } from "../../runtime/images/raster.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readImageSize } from "../../runtime/images/read-image-size.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { readLabelRegion } from "../../runtime/images/rows/read-region.ts";
import { writeBitPng, writeLabelPng, writePng } from "../../runtime/images/write-png.ts";
import { UserError } from "../../runtime/user-error.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-images-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function png(name: string, image: ImageData): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, encode(image));
  return path;
}

const bytes = (...values: number[]) => new Uint8Array(values);

describe("readImage", () => {
  it("spreads grey of 1, 2 and 4 bits to 0 … 255", async () => {
    const one = await png("1.png", {
      width: 3,
      height: 2,
      depth: 1,
      channels: 1,
      data: bytes(0b1010_0000, 0b0110_0000),
    });
    const two = await png("2.png", {
      width: 3,
      height: 1,
      depth: 2,
      channels: 1,
      data: bytes(0b00_01_11_00),
    });
    const four = await png("4.png", { width: 3, height: 1, depth: 4, channels: 1, data: bytes(0x0f, 0x80) });
    expect([...(await readImage(one)).data]).toEqual([255, 0, 255, 0, 255, 255]);
    expect([...(await readImage(two)).data]).toEqual([0, 85, 255]);
    expect([...(await readImage(four)).data]).toEqual([0, 255, 136]);
  });

  it("keeps 16 bits", async () => {
    const path = await png("16.png", {
      width: 2,
      height: 1,
      depth: 16,
      channels: 1,
      data: new Uint16Array([1, 65535]),
    });
    const image = await readImage(path);
    expect(image.fullScale).toBe(65535);
    expect([...image.data]).toEqual([1, 65535]);
  });

  it("drops alpha and turns RGB to grey and grey to RGB as asked", async () => {
    const rgba = await png("rgba.png", {
      width: 2,
      height: 1,
      channels: 4,
      data: bytes(255, 0, 0, 9, 10, 20, 30, 0),
    });
    const greyAlpha = await png("ga.png", { width: 2, height: 1, channels: 2, data: bytes(7, 0, 8, 255) });
    expect([...(await readImage(rgba)).data]).toEqual([255, 0, 0, 10, 20, 30]);
    expect([...(await readImage(rgba, 1)).data]).toEqual([76, 18]); // 0.299·255; 0.299·10 + 0.587·20 + 0.114·30
    expect([...(await readImage(greyAlpha)).data]).toEqual([7, 8]);
    expect([...(await readImage(greyAlpha, 3)).data]).toEqual([7, 7, 7, 8, 8, 8]);
  });

  it("shows a palette's colours", async () => {
    const palette = [
      [1, 2, 3],
      [200, 100, 50],
    ];
    const path = await png("palette.png", { width: 2, height: 1, channels: 1, data: bytes(1, 0), palette });
    expect([...(await readImage(path)).data]).toEqual([200, 100, 50, 1, 2, 3]);
  });

  it("turns a JPEG as its EXIF orientation says, in pixels and in size", async () => {
    const left = await sharp({ create: { width: 16, height: 8, channels: 3, background: "black" } })
      .composite([
        { input: { create: { width: 8, height: 8, channels: 3, background: "white" } }, left: 0, top: 0 },
      ])
      .withMetadata({ orientation: 6 }) // shown turned clockwise by 90°: the left half comes to the top
      .jpeg({ quality: 100 })
      .toBuffer();
    const path = join(folder, "turned.jpg");
    await writeFile(path, left);
    const image = await readImage(path, 1);
    expect([image.height, image.width]).toEqual([16, 8]);
    expect(await readImageSize(path)).toEqual([16, 8]);
    expect(image.data[3 * 8 + 4]).toBeGreaterThan(250);
    expect(image.data[12 * 8 + 4]).toBeLessThan(5);
  });

  it("reads a grey JPEG and a 16-bit TIFF", async () => {
    const grey = join(folder, "grey.jpg");
    await sharp(new Uint8Array(64).fill(120), { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace("b-w")
      .jpeg()
      .toFile(grey);
    expect((await readImage(grey)).channels).toBe(1);
    const tiff = join(folder, "deep.tiff");
    await sharp(new Uint16Array([1, 300, 40000, 65535]), { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace("grey16")
      .tiff({ compression: "none" })
      .toFile(tiff);
    const image = await readImage(tiff);
    expect(image.fullScale).toBe(65535);
    expect([...image.data]).toEqual([1, 300, 40000, 65535]);
  });

  it("names a file that is missing, empty, cut short or no image", async () => {
    const whole = encode({
      width: 40,
      height: 40,
      channels: 1,
      data: new Uint8Array(1600).map((_, i) => i % 251),
    });
    const files: Record<string, Uint8Array> = {
      "empty.png": bytes(),
      "short.png": whole.subarray(0, whole.length - 30),
      "header.png": whole.subarray(0, 20),
      "bits.png": whole.map((byte, i) => (i === 60 ? byte ^ 4 : byte)),
      "text.png": new TextEncoder().encode("not an image at all"),
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
      await expect(readImage(join(folder, name)), name).rejects.toThrow(UserError);
      await expect(readImage(join(folder, name)), name).rejects.toThrow(name);
    }
    await expect(readImage(join(folder, "absent.png"))).rejects.toThrow(/absent\.png does not exist/);
  });

  it("refuses a JPEG that was cut short", async () => {
    const noise = new Uint8Array(64 * 64 * 3).map((_, i) => (i * 7919) % 256);
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const path = join(folder, "short.jpg");
    await writeFile(path, jpeg.subarray(0, jpeg.length / 2));
    await expect(readImage(path)).rejects.toThrow(/short\.jpg cannot be decoded/);
  });

  it("refuses other channel counts than 1 and 3", async () => {
    const path = await png("grey.png", { width: 1, height: 1, channels: 1, data: bytes(5) });
    await expect(readImage(path, 4)).rejects.toThrow(/1 or 3 channels, and the network's input needs 4/);
  });
});

it("decodes every kind of PNG as another decoder does", async () => {
  const noise = Uint8Array.from({ length: 31 * 17 * 4 }, (_, i) => (i * i * 31 + (i >> 3) * 7) % 256);
  for (const channels of [1, 2, 3, 4] as const) {
    for (const progressive of [false, true]) {
      for (const depth of [8, 16] as const) {
        const length = 31 * 17 * channels;
        const samples =
          depth === 8
            ? noise.subarray(0, length)
            : Uint16Array.from(noise, (v, i) => v * 256 + i).subarray(0, length);
        const space = channels < 3 ? (depth === 8 ? "b-w" : "grey16") : depth === 8 ? "srgb" : "rgb16";
        const bytes = await sharp(samples, { raw: { width: 31, height: 17, channels } })
          .toColourspace(space)
          .png({ adaptiveFiltering: true, progressive }) // every line with the filter that suits it
          .toBuffer();
        const { data } = decode(bytes);
        const png = await decodePng(bytes, "x.png");
        expect([png.channels, png.depth]).toEqual([channels, depth]);
        expect(png.samples, `${channels} channels, ${depth} bits, ${progressive}`).toEqual(data);
      }
    }
  }
});

describe("readLabel", () => {
  it("gives palette indices, not colours, also below 8 bits", async () => {
    const palette = [
      [0, 0, 0],
      [255, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
    ];
    const path = await png("index2.png", {
      width: 4,
      height: 1,
      depth: 2,
      channels: 1,
      data: bytes(0b11_10_01_00),
      palette,
    });
    const label = await readLabel(path);
    expect(label.kind).toBe("palette");
    expect([...label.values]).toEqual([3, 2, 1, 0]);
    expect(label.palette).toEqual([0, 0xff0000, 0xff0000, 0x0000ff]);
  });

  it("gives grey levels as stored, of 1 and of 16 bits", async () => {
    const one = await png("l1.png", { width: 2, height: 1, depth: 1, channels: 1, data: bytes(0b01_000000) });
    const deep = await png("l16.png", {
      width: 2,
      height: 1,
      depth: 16,
      channels: 1,
      data: new Uint16Array([300, 7]),
    });
    expect([...(await readLabel(one)).values]).toEqual([0, 1]);
    expect([...(await readLabel(deep)).values]).toEqual([300, 7]);
  });

  it("gives colours as 0xrrggbb", async () => {
    const path = await png("colour.png", { width: 1, height: 1, channels: 4, data: bytes(1, 2, 3, 255) });
    expect(await readLabel(path)).toMatchObject({ kind: "colour", values: new Int32Array([0x010203]) });
  });

  it("refuses JPEG, and says why", async () => {
    const path = join(folder, "label.jpg");
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .jpeg()
      .toFile(path);
    await expect(readLabel(path)).rejects.toThrow(
      /label\.jpg is a JPEG file: its compression changes pixel values/,
    );
  });

  it("refuses JPEG in TIFF, the whole image and a part of it, and reads other compressions", async () => {
    const labels = sharp(Buffer.alloc(64, 3), { raw: { width: 8, height: 8, channels: 1 } }).toColourspace(
      "b-w",
    );
    const at = (name: string) => join(folder, name);
    const region = { left: 2, top: 2, width: 4, height: 4 };
    for (const bigtiff of [false, true]) {
      const path = at(`jpeg-${bigtiff}.tif`);
      await labels.clone().tiff({ compression: "jpeg", bigtiff }).toFile(path);
      const refusal = /is a TIFF file with JPEG compression: its compression changes pixel values/;
      await expect(readLabel(path)).rejects.toThrow(refusal);
      await expect(readLabelRegion(path, region)).rejects.toThrow(refusal);
    }
    for (const compression of ["none", "lzw", "deflate", "packbits"] as const) {
      const path = at(`${compression}.tif`);
      await labels.clone().tiff({ compression }).toFile(path);
      expect(new Set((await readLabel(path)).values)).toEqual(new Set([3]));
      expect((await readLabelRegion(path, region)).values).toHaveLength(16);
    }
  });

  it("refuses JPEG in TIFF where what follows the page is damaged, for the damage", async () => {
    const path = join(folder, "damaged.tif");
    const page = sharp(Buffer.alloc(64, 3), { raw: { width: 8, height: 8, channels: 1 } });
    const file = await page.tiff({ compression: "jpeg" }).toBuffer();
    const directory = file.readUInt32LE(4);
    const link = directory + 2 + 12 * file.readUInt16LE(directory);
    file.writeUInt32LE(0xfffffff0, link);
    await writeFile(path, file);
    await expect(readLabel(path)).rejects.toThrow("is damaged or truncated (its page 2 is missing)");
  });

  it("reads interlaced files as those that are not, below 8 bits too", async () => {
    for (const side of [1, 2, 5, 9, 16]) {
      const levels = new Uint8Array(side * side).map((_, i) => (i % 4) * 85);
      const image = sharp(levels, { raw: { width: side, height: side, channels: 1 } });
      const [plain, interlaced] = [join(folder, "plain.png"), join(folder, "interlaced.png")];
      await image.clone().png({ palette: true, colours: 4 }).toFile(plain);
      await image.clone().png({ progressive: true, palette: true, colours: 4 }).toFile(interlaced);
      expect(await readLabel(interlaced)).toEqual(await readLabel(plain));
      expect((await readImage(interlaced, 1)).data).toEqual(levels);
    }
  });
});

describe("writing", () => {
  it("writes classes so that readLabel gives them back, and ignored pixels as index 255", async () => {
    const path = join(folder, "classes.png");
    const palette = classPalette(3);
    await writeLabelPng(path, { width: 2, height: 2, values: [0, 1, 2, -1] }, palette);
    const label = await readLabel(path);
    expect([...label.values]).toEqual([0, 1, 2, 255]);
    expect([...(await readImage(path)).data.subarray(3, 6)]).toEqual(palette[1]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("refuses a class without a colour and a folder that is not there", async () => {
    const path = join(folder, "x.png");
    await expect(writeLabelPng(path, { width: 1, height: 1, values: [3] }, classPalette(3))).rejects.toThrow(
      RangeError,
    );
    const lost = join(folder, "none", "x.png");
    await expect(writeLabelPng(lost, { width: 1, height: 1, values: [0] }, classPalette(1))).rejects.toThrow(
      UserError,
    );
  });

  it("writes 8, 16 and 1 bit that read back exactly", async () => {
    const path = join(folder, "rgb.png");
    const image = {
      width: 1,
      height: 2,
      channels: 3,
      fullScale: 255,
      data: bytes(1, 2, 3, 4, 5, 6),
    } as const;
    await writePng(path, image);
    expect(await readImage(path)).toEqual(image);
    const deep = {
      width: 2,
      height: 1,
      channels: 1,
      fullScale: 65535,
      data: new Uint16Array([9, 60000]),
    } as const;
    await writePng(path, deep);
    expect(await readImage(path)).toEqual(deep);
    const bits = Array.from({ length: 22 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    await writeBitPng(path, { width: 11, height: 2, values: bits });
    expect([...(await readLabel(path)).values]).toEqual(bits);
    expect((await readFile(path))[24]).toBe(1); // bits a sample
  });
});

describe("colours", () => {
  it("tells 32 classes apart, and gives a class the same colour whatever their number", () => {
    const palette = classPalette(32);
    expect(classPalette(5)).toEqual(palette.slice(0, 5));
    const distance = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const nearest = (colours: Colour[]) =>
      Math.min(...colours.flatMap((a, i) => colours.slice(i + 1).map((b) => distance(a, b))));
    expect(nearest(palette.slice(0, 12))).toBeGreaterThan(40); // in 8-bit RGB; 441 from black to white
    expect(nearest(palette)).toBeGreaterThan(12);
    expect(Math.max(...(palette[0] ?? []))).toBeLessThan(64);
  });

  it("lays the class colour over the image and leaves ignored pixels as they are", () => {
    const image = { width: 2, height: 1, channels: 1, fullScale: 255, data: bytes(100, 100) } as const;
    const result = overlay(image, { width: 2, height: 1, values: [0, -1] }, [[200, 0, 100]], 0.5);
    expect([...result.data]).toEqual([150, 50, 100, 100, 100, 100]);
    expect(() => overlay(image, { width: 1, height: 1, values: [0] }, [], 1)).toThrow(RangeError);
  });
});
