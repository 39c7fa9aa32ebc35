import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { defaultPixelLimit, setPixelLimit } from "../../runtime/images/pixel-limit.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import { readImageSize } from "../../runtime/images/read-image-size.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { greyPng, pngChunk, pngFile, zerosDeflated } from "../../tools/verify/faults/files/png-file.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { layerIn } from "../data/plans.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fcn-hostile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => setPixelLimit(defaultPixelLimit));

async function file(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const ramp = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7) % 256);
const photo = () => sharp(ramp, { raw: { width: 40, height: 30, channels: 3 } });
const floats = Float32Array.from([-2, 0, 0.25, 0.5, 1, 700]);

describe("the limit on pixels", () => {
  // Files of a few bytes whose headers ask for more than the limit; nothing of them is decoded.
  const header = { width: 20000, height: 20000, depth: 8, colourType: 2 };
  const bombs: Record<string, () => Promise<Uint8Array> | Uint8Array> = {
    "bomb.png": () => pngFile({ ...header, data: deflateSync(new Uint8Array(16)) }),
    "bomb.tif": () => tiffFile([{ width: 1, height: 1, channels: 1, samples: ramp.subarray(0, 1) }], header),
    "bomb.jpg": async () => {
      const bytes = await photo().jpeg().toBuffer();
      const frame = bytes.indexOf(Buffer.from([0xff, 0xc0])); // its height and width follow (ITU-T T.81, B.2.2)
      bytes.writeUInt16BE(20000, frame + 5);
      bytes.writeUInt16BE(20000, frame + 7);
      return bytes;
    },
    "bomb.gif": async () => {
      const bytes = await photo().gif().toBuffer();
      const frame = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 40, 0, 30, 0])); // its place and size (GIF89a, section 20)
      for (const at of [6, 8, frame + 5, frame + 7]) bytes.writeUInt16LE(20000, at);
      return bytes;
    },
  };
  for (const [name, make] of Object.entries(bombs)) {
    it(`refuses ${name} by its header, and names the option`, async () => {
      const path = await file(name, await make());
      await expect(readImage(path)).rejects.toThrow(/20000×20000 pixels, more than the limit of 268435456/);
      await expect(readImage(path)).rejects.toMatchObject({
        help: expect.stringMatching("--max-pixels 400000000"),
      });
      await expect(readImageSize(path)).rejects.toThrow("more than the limit");
    });
  }

  it("holds for every format at a limit that is set", async () => {
    const formats = {
      png: photo().png(),
      jpg: photo().jpeg(),
      tif: photo().tiff(),
      webp: photo().webp(),
      gif: photo().gif(),
      avif: photo().avif(),
    };
    for (const [name, image] of Object.entries(formats)) {
      const path = await file(`small.${name}`, await image.toBuffer());
      setPixelLimit(1200);
      expect(await readImage(path), name).toMatchObject({ width: 40, height: 30 });
      setPixelLimit(1199);
      await expect(readImage(path), name).rejects.toThrow("more than the limit of 1199");
      if (name === "png") await expect(readLabel(path)).rejects.toThrow("more than the limit of 1199");
    }
  });
});

it("stops inflating a PNG where its header says the image ends", async () => {
  const data = zerosDeflated(64 * 2 ** 20);
  const path = await file("inflates.png", pngFile({ width: 8, height: 8, depth: 8, colourType: 0, data }));
  await expect(readImage(path)).rejects.toThrow("holds more data than an image of 8×8 pixels needs");
  await expect(readLabel(path)).rejects.toThrow("holds more data");
});

it("does not inflate what a PNG says of colour profiles and texts", async () => {
  const profile = pngChunk("iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), zerosDeflated(2 ** 20)]));
  const path = await file("profile.png", greyPng(4, 4, 9, [profile]));
  expect((await readImage(path)).data).toEqual(new Uint8Array(16).fill(9));
});

describe("floating-point TIFF", () => {
  it("is read as it is, whatever its range", async () => {
    const path = await file("float.tif", tiffFile([{ width: 3, height: 2, channels: 1, samples: floats }]));
    expect(await readImage(path)).toEqual({ width: 3, height: 2, channels: 1, fullScale: 1, data: floats });
    const rgb = await file("rgb.tif", tiffFile([{ width: 2, height: 1, channels: 3, samples: floats }]));
    expect((await readImage(rgb)).data).toEqual(floats);
  });

  it("is refused where a sample is no finite number, and gives depth that is not known", async () => {
    const samples = Float32Array.from([1, Number.NaN, 2, Number.POSITIVE_INFINITY, 0, 3.5]);
    const path = await file("gaps.tif", tiffFile([{ width: 3, height: 2, channels: 1, samples }]));
    await expect(readImage(path)).rejects.toThrow("not finite (NaN in row 0, column 1, counted from 0)");
    const depth = await layerIn(path, { kind: "depth", unit: 2, missing: undefined, log: false });
    expect([...depth.values]).toEqual([2, Number.NaN, 4, Number.NaN, Number.NaN, 7]);
  });
});

describe("what would be misread is refused", () => {
  const grey = { width: 3, height: 2, channels: 1 } as const;
  const cases: readonly (readonly [
    name: string,
    make: () => Promise<Uint8Array> | Uint8Array,
    message: string | RegExp,
  ])[] = [
    [
      "signed.tif",
      () => tiffFile([{ ...grey, samples: Int16Array.from(floats) }]),
      "samples of an unsupported type (short)",
    ],
    [
      "wide.tif",
      () => tiffFile([{ ...grey, samples: Uint32Array.from(floats) }]),
      "samples of an unsupported type (uint)",
    ],
    [
      "double.tif",
      () => tiffFile([{ ...grey, samples: Float64Array.from(floats) }]),
      "samples of an unsupported type",
    ],
    [
      "bands.tif",
      () => tiffFile([{ width: 2, height: 1, channels: 5, samples: ramp.subarray(0, 10) }]),
      "has 5 channels",
    ],
    [
      "pages.tif",
      () => {
        const page = { ...grey, samples: ramp.subarray(0, 6) };
        return tiffFile([page, page, page]);
      },
      "holds 3 pages",
    ],
    [
      "frames.gif",
      () =>
        sharp(ramp, { raw: { width: 40, height: 30, channels: 3, pageHeight: 15 } })
          .gif()
          .toBuffer(),
      "holds 2 frames",
    ],
    [
      "frames.webp",
      () =>
        sharp(ramp, { raw: { width: 40, height: 30, channels: 3, pageHeight: 15 } })
          .webp()
          .toBuffer(),
      "holds 2 frames",
    ],
    [
      "frames.png",
      () => greyPng(2, 2, 5, [pngChunk("acTL", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]))]),
      "holds 4 frames",
    ],
    ["short.jpg", async () => cut(await photo().jpeg().toBuffer()), "truncated"],
    ["short.webp", async () => cut(await photo().webp().toBuffer()), "truncated"],
    ["short.tif", async () => cut(await photo().tiff({ compression: "none" }).toBuffer()), "truncated"],
    ["short.gif", async () => cut(await photo().gif().toBuffer()), "truncated"],
    [
      "short.png",
      () => {
        const data = deflateSync(new Uint8Array(5 * 2));
        return pngFile({ width: 4, height: 4, depth: 8, colourType: 0, data });
      },
      "the end of the image is missing",
    ],
    [
      "critical.png",
      () => greyPng(2, 2, 5, [pngChunk("ABCD", Buffer.alloc(4))]),
      "the chunk ABCD is not known",
    ],
    [
      "none.png",
      () => pngFile({ width: 0, height: 4, depth: 8, colourType: 0, data: deflateSync(new Uint8Array(0)) }),
      "has no pixels",
    ],
    [
      "depth.png",
      () => pngFile({ width: 1, height: 1, depth: 3, colourType: 0, data: deflateSync(new Uint8Array(2)) }),
      "no samples of 3 bits",
    ],
    [
      "drawing.png",
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      "not an image in a supported format",
    ],
  ];
  for (const [name, make, message] of cases) {
    it(name, async () => {
      await expect(readImage(await file(name, await make()))).rejects.toThrow(message);
    });
  }

  it("a folder, a device and a pipe, which would be waited for", async () => {
    await expect(readImage(folder)).rejects.toThrow("is a folder");
    await expect(readImage("/dev/zero")).rejects.toThrow("a device");
    const pipe = join(folder, "pipe.png");
    execFileSync("mkfifo", [pipe]);
    await expect(readImage(pipe)).rejects.toThrow("is a pipe");
    await expect(readImageSize(pipe)).rejects.toThrow("is a pipe");
    await expect(readLabel(pipe)).rejects.toThrow("is a pipe");
  });
});

function cut(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length * 0.6));
}
