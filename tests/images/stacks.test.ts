import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { readImageSize } from "../../runtime/images/read-image-size.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { openRows } from "../../runtime/images/rows/open-rows.ts";
import { countSlices } from "../../runtime/images/stacks/count-slices.ts";
import { imageStem } from "../../runtime/images/stacks/image-place.ts";
import { tiffFile } from "../../tools/verify/faults/files/tiff-file.ts";
import { type Folder, flat, temporaryFolder } from "../data/fixture.ts";
import { niftiFile, npyFile } from "./array-files.ts";

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const page = (samples: Uint8Array | Uint16Array | Float32Array) => ({
  width: 3,
  height: 2,
  channels: 1,
  samples,
});
const six = [0, 1, 2, 3, 4, 5];

describe("the pages of a TIFF file", () => {
  it("are images of their own, of 8 bits, 16 bits or floating-point numbers", async () => {
    const stacks = [
      ["bytes.tif", [0, 100].map((from) => page(Uint8Array.from(six, (i) => from + i))), 255],
      ["words.tif", [0, 60000].map((from) => page(Uint16Array.from(six, (i) => from + i))), 65535],
      ["floats.tiff", [-1, 0.5].map((from) => page(Float32Array.from(six, (i) => from + i))), 1],
    ] as const;
    for (const [name, pages, fullScale] of stacks) {
      const file = await folder.bytes(name, tiffFile(pages));
      expect(await countSlices(file)).toBe(2);
      for (const [i, { samples }] of pages.entries()) {
        const image = await readImage(`${file}#${i}`);
        expect(image).toMatchObject({ width: 3, height: 2, channels: 1, fullScale });
        expect([...image.data]).toEqual([...samples]);
        expect(await readImageSize(`${file}#${i}`)).toEqual([2, 3]);
      }
      await expect(readImage(file)).rejects.toMatchObject({ help: expect.stringContaining("volume.tif#3") });
      await expect(readImage(`${file}#2`)).rejects.toThrow(`${name}#2`);
    }
  });

  it("are label images with their values as they are", async () => {
    const file = await folder.bytes(
      "labels.tif",
      tiffFile([page(Uint8Array.of(0, 255, 255, 0, 0, 255)), page(Uint8Array.of(0, 7, 255, 0, 7, 7))]),
    );
    expect(await readLabel(`${file}#1`)).toMatchObject({
      kind: "grey",
      values: Uint16Array.of(0, 7, 255, 0, 7, 7),
    });
    const floating = await folder.bytes("f.tif", tiffFile([page(Float32Array.of(0, 1, 1.5, 0, 0, 0))]));
    await expect(readLabel(floating)).rejects.toThrow("f.tif has the value 1.5, and a label image holds");
  });
});

describe("NPY arrays", () => {
  it("are images by height, width and channels, or stacks of them", async () => {
    const rgb = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
    const colour = await folder.bytes("rgb.npy", npyFile(rgb, "|u1", [2, 3, 3]));
    expect(await readImage(colour)).toMatchObject({
      width: 3,
      height: 2,
      channels: 3,
      fullScale: 255,
      data: rgb,
    });
    const words = await folder.bytes("w.npy", npyFile(Uint16Array.from(six), "<u2", [2, 3]));
    expect(await readImage(words)).toMatchObject({ fullScale: 65535, data: Uint16Array.from(six) });
    const stack = await folder.bytes(
      "s.npy",
      npyFile(
        Float64Array.from([...six, ...six], (v, i) => v - (i > 5 ? 0.5 : 0)),
        "<f8",
        [2, 2, 3],
      ),
    );
    expect(await countSlices(stack)).toBe(2);
    expect(await readImage(`${stack}#1`)).toMatchObject({
      fullScale: 1,
      data: Float32Array.of(-0.5, 0.5, 1.5, 2.5, 3.5, 4.5),
    });
    const rows = await openRows(`${stack}#1`);
    expect([...(await rows.next(1)).data]).toEqual([-0.5, 0.5, 1.5]);
    await rows.close();
  });

  it("are read in both orders of elements and of bytes", async () => {
    const fortran = await folder.bytes(
      "f.npy",
      npyFile(Uint8Array.of(0, 3, 1, 4, 2, 5), "|u1", [2, 3], true),
    );
    expect([...(await readImage(fortran)).data]).toEqual(six);
    const big = await folder.bytes("b.npy", npyFile(Uint8Array.of(0, 1, 1, 0), ">i2", [1, 2]));
    expect([...(await readImage(big)).data]).toEqual([1, 256]);
  });

  it("are read with the sizes that Python 2 wrote", async () => {
    const file = await folder.bytes("two.npy", withShape("(2L,3)"));
    expect(await readImage(file)).toMatchObject({ height: 2, width: 3 });
  });

  it("are label images, of any whole numbers that a mask can have", async () => {
    const wide = await folder.bytes("l.npy", npyFile(BigInt64Array.of(0n, 65535n, 2n), "<i8", [1, 3]));
    expect((await readLabel(wide)).values).toEqual(Uint16Array.of(0, 65535, 2));
    const bits = await folder.bytes("bool.npy", npyFile(Uint8Array.of(0, 1, 1), "|b1", [1, 3]));
    expect((await readLabel(bits)).values).toEqual(Uint16Array.of(0, 1, 1));
    expect([...(await readImage(bits)).data]).toEqual([0, 255, 255]);
    const negative = await folder.bytes("n.npy", npyFile(Int16Array.of(0, -1, 1), "<i2", [1, 3]));
    await expect(readLabel(negative)).rejects.toThrow("n.npy has the value -1");
  });

  it("of other shapes and types are refused, as are truncated ones", async () => {
    const refused: [string, Buffer, string][] = [
      ["shape.npy", npyFile(Uint8Array.from(six), "|u1", [6]), "shape.npy has the shape (6)"],
      ["five.npy", npyFile(new Uint8Array(30), "|u1", [2, 3, 5]), "has the shape (2, 3, 5)"],
      ["complex.npy", npyFile(new Float64Array(4), "<c16", [1, 2]), "complex.npy holds the type c16"],
      ["cut.npy", npyFile(Uint8Array.from(six), "|u1", [2, 4]), "cut.npy cannot be decoded"],
      [
        "head.npy",
        npyFile(Uint8Array.from(six), "|u1", [2, 3]).subarray(0, 30),
        "head.npy cannot be decoded",
      ],
      ["negative.npy", withShape("(-2,3)"), "negative.npy cannot be decoded: it is damaged"],
      ["words.npy", withShape("(2, x)"), "words.npy cannot be decoded: it is damaged"],
    ];
    for (const [name, bytes, message] of refused)
      await expect(readImage(await folder.bytes(name, bytes))).rejects.toThrow(message);
  });
});

/** An array of six bytes whose header has another shape. @param shape of six characters */
function withShape(shape: string): Buffer {
  const file = npyFile(Uint8Array.from(six), "|u1", [2, 3]);
  file.write(shape, file.indexOf("(2, 3)"), "latin1");
  return file;
}

describe("NIfTI volumes", () => {
  const volume = Int16Array.from({ length: 24 }, (_, i) => i - 10); // width 3, height 2, 4 slices

  it("are read slice by slice along the third axis, compressed or not, scaled as the header says", async () => {
    for (const [name, options] of [
      ["v.nii", {}],
      ["v.nii.gz", { compressed: true }],
    ] as const) {
      const file = await folder.bytes(name, niftiFile(volume, [3, 2, 4], options));
      expect(await countSlices(file)).toBe(4);
      expect(await readImageSize(`${file}#3`)).toEqual([2, 3]);
      expect(await readImage(`${file}#2`)).toMatchObject({ height: 2, width: 3, fullScale: 1 });
      expect([...(await readImage(`${file}#2`)).data]).toEqual([2, 3, 4, 5, 6, 7]);
      await expect(readImage(file)).rejects.toThrow("holds 4 images");
      await expect(readImage(`${file}#4`)).rejects.toThrow("there is no image 4");
    }
    const scaled = await folder.bytes("s.nii", niftiFile(volume, [3, 2, 4], { slope: 0.5, shift: 100 }));
    expect([...(await readImage(`${scaled}#0`)).data]).toEqual([95, 95.5, 96, 96.5, 97, 97.5]);
  });

  it("hold labels, also as floating-point numbers", async () => {
    const labels = await folder.bytes("l.nii", niftiFile(Float32Array.from(six), [3, 2, 1]));
    expect((await readLabel(`${labels}#0`)).values).toEqual(Uint16Array.from(six));
  });

  it("that are damaged are named", async () => {
    const short = niftiFile(volume, [3, 2, 5]);
    await expect(readImage(`${await folder.bytes("short.nii", short)}#0`)).rejects.toThrow(
      /short\.nii cannot be decoded.*end of the volume/,
    );
    const gzip = niftiFile(volume, [3, 2, 4], { compressed: true }).subarray(0, 60);
    await expect(readImage(`${await folder.bytes("cut.nii.gz", gzip)}#0`)).rejects.toThrow(
      /cut\.nii\.gz cannot be decoded/,
    );
  });

  it("with sizes or places that cannot be are named", async () => {
    const damaged = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = niftiFile(volume, [3, 2, 4]);
      change(bytes);
      return bytes;
    };
    const refused: [string, Buffer, RegExp][] = [
      ["negative.nii", damaged((bytes) => void bytes.writeInt16LE(-3, 42)), /the size 2×-3/],
      [
        "both.nii",
        damaged((bytes) => void bytes.writeInt16LE(-2, bytes.writeInt16LE(-3, 42))),
        /the size -2×-3/,
      ],
      ["nowhere.nii", damaged((bytes) => void bytes.writeFloatLE(Number.NaN, 108)), /the volume at byte NaN/],
      ["header.nii", damaged((bytes) => void bytes.writeFloatLE(0, 108)), /the volume at byte 0/],
      ["before.nii", damaged((bytes) => void bytes.writeFloatLE(-1, 108)), /the volume at byte -1/],
    ];
    for (const [name, bytes, message] of refused) {
      const file = await folder.bytes(name, bytes);
      await expect(readImage(`${file}#0`)).rejects.toThrow(message);
      await expect(readImage(`${file}#0`)).rejects.toThrow(`${name} cannot be decoded: it is damaged`);
    }
  });
});

it("takes a number sign for a part of other names", async () => {
  const odd = await folder.grey("image#1.png", flat(1, 2, 5));
  expect((await readImage(odd)).width).toBe(2);
});

it("calls the predictions of a slice after its file and number", () => {
  const names = ["photo.png", "a.b.tif#12", "liver.nii.gz#3", "liver.nii.gz", ".png", "image#1.png"];
  expect(names.map(imageStem)).toEqual(["photo", "a.b_12", "liver_3", "liver", ".png", "image#1"]);
});
