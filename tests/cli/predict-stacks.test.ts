/** Whole stacks: as many labels as images, in one file; a page that cannot be predicted leaves no half of one. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { readImage } from "../../runtime/images/read-image.ts";
import { readLabel } from "../../runtime/images/read-label.ts";
import { NpyWriter } from "../../runtime/images/rows/npy-writer.ts";
import { TiffWriter } from "../../runtime/images/rows/tiff-writer.ts";
import { countSlices } from "../../runtime/images/stacks/count-slices.ts";
import { writePng } from "../../runtime/images/write-png.ts";
import { Random } from "../../runtime/random.ts";
import { fcn, workingDirectory } from "./run-fcn.ts";

const directory = workingDirectory();
const [height, width, pages] = [18, 14, 5];
const at = (...parts: readonly string[]) => join(directory, ...parts);

/** Page i of a stack. */
const page = (i: number) => {
  const random = new Random(8, String(i));
  return Uint8Array.from({ length: height * width }, () => random.integer(256));
};
const form = { width, height, channels: 1, type: "uint8" } as const;

/** A header of 348 bytes, its extension flag, and the slices (nifti1.h). */
function nifti(): Uint8Array {
  const head = Buffer.alloc(352);
  head.writeInt32LE(348, 0);
  for (const [i, size] of [3, width, height, pages, 1, 1, 1, 1].entries())
    head.writeInt16LE(size, 40 + 2 * i);
  head.writeInt16LE(2, 70);
  head.writeInt16LE(8, 72);
  head.writeFloatLE(352, 108);
  head.write("n+1\0", 344, "latin1");
  return Buffer.concat([head, ...Array.from({ length: pages }, (_, i) => page(i))]);
}

beforeAll(async () => {
  writeFileSync(
    at("net.fcn"),
    `network Net(classes = [dark, light]) {
  input image [1, H, W]
  conv(4, 3x3) relu
  conv(classes, 1x1)
  output labels by softmax
}
train Net {
  data      folder(".", images = "pages/*.png", labels = "labels/*.png", validate = 20%)
  masks     [dark = 0, light = 1]
  optimizer adam(0.05)
  epochs    3
}
`,
  );
  for (const name of ["pages", "labels"]) mkdirSync(at(name));
  const tiff = await TiffWriter.open(at("stack.tif"), form, pages);
  const npy = await NpyWriter.open(at("stack.npy"), form, pages);
  for (let i = 0; i < pages; i++) {
    const data = page(i);
    if (i > 0) await tiff.nextPage(form);
    await tiff.write(data);
    await npy.write(data);
    const grey = { width, height, channels: 1, fullScale: 255 } as const;
    await writePng(at("pages", `${i}.png`), { ...grey, data });
    await writePng(at("labels", `${i}.png`), { ...grey, data: data.map((value) => (value > 127 ? 1 : 0)) });
  }
  await tiff.finish();
  await npy.finish();
  writeFileSync(at("stack.nii"), nifti());
  const { status, err } = await fcn(directory, "train", "net.fcn", "--out", "run", "--engine", "wasm");
  expect(status, err).toBe(0);
}, 60_000);

const predict = (...words: readonly string[]) =>
  fcn(
    directory,
    "predict",
    "net.fcn",
    ...words,
    "--weights",
    join("run", "weights.safetensors"),
    "--engine",
    "wasm",
  );
/** The labels of every page, predicted from files of one image each. */
async function alone(): Promise<readonly Uint8Array[]> {
  const { status, err } = await predict("pages", "--out", "alone");
  expect(status, err).toBe(0);
  const found: Uint8Array[] = [];
  for (let i = 0; i < pages; i++) {
    const { values } = await readLabel(at("alone", `${i}.labels.png`));
    found.push(Uint8Array.from(values));
  }
  return found;
}
describe("a stack", () => {
  it.each(["stack.tif", "stack.nii"])(
    "%s gives a TIFF file of as many pages",
    async (file) => {
      const { status, out, err } = await predict(file, "--out", `of-${file}`, "--probabilities");
      expect(status, err).toBe(0);
      const labels = join(`of-${file}`, "stack.labels.tif");
      expect(out).toBe(`${labels}\n`);
      expect(await countSlices(at(labels))).toBe(pages);
      const wanted = await alone();
      for (let i = 0; i < pages; i++) {
        const { data } = await readImage(`${at(labels)}#${i}`, 1);
        expect([...data]).toEqual([...(wanted[i] ?? [])]);
      }
      const overlay = await readImage(`${at(`of-${file}`, "stack.overlay.tif")}#${pages - 1}`);
      expect([overlay.height, overlay.width, overlay.channels]).toEqual([height, width, 3]);
      const probabilities = await sharp(at(`of-${file}`, "stack.probabilities.tif"), {
        pages: -1,
      }).metadata();
      expect(probabilities.pages).toBe(pages);
    },
    60_000,
  );

  it("of NPY gives an array of as many images", async () => {
    const { status, err } = await predict("stack.npy", "--out", "arrays");
    expect(status, err).toBe(0);
    const bytes = readFileSync(at("arrays", "stack.labels.npy"));
    expect(bytes.toString("latin1", 0, 128)).toContain(`'shape': (${pages}, ${height}, ${width})`);
    const values = bytes.subarray(bytes.length - pages * height * width);
    const wanted = await alone();
    for (let i = 0; i < pages; i++)
      expect([...values.subarray(i * height * width, (i + 1) * height * width)]).toEqual([
        ...(wanted[i] ?? []),
      ]);
  }, 60_000);

  it("gives numbered files where PNG is asked for, and one page by its number", async () => {
    const { status, out } = await predict("stack.tif", "--out", "numbered", "--format", "png");
    expect(status).toBe(0);
    expect(out.trim().split("\n")).toEqual(
      Array.from({ length: pages }, (_, i) => join("numbered", `stack_${i}.labels.png`)),
    );
    const one = await predict("stack.tif#3", "--out", "one");
    expect(one.out.trim()).toBe(join("one", "stack_3.labels.png"));
  }, 60_000);

  it("is not written where one of its pages has no prediction; the others are still tried", async () => {
    // the second page is cut off: its strip lies beyond the end
    const tiff = await TiffWriter.open(at("mixed.tif"), form, 2);
    await tiff.write(page(0));
    await tiff.nextPage({ ...form, width: 4000, height: 4000 });
    await tiff.write(new Uint8Array(4000 * 4000));
    await tiff.finish();
    const { status, err } = await predict(
      "mixed.tif",
      "--out",
      "mixed",
      "--memory",
      "100kB",
      "--tiles",
      "none",
    );
    expect(status).toBe(1);
    expect(err).toContain("1 of 2 images has no prediction");
    expect(err).toContain("mixed.tif#1");
    expect(err).toMatch(/mixed.labels\.tif is not written/);
    expect(existsSync(at("mixed", "mixed.labels.tif"))).toBe(false);
    rmSync(at("mixed.tif"));
  }, 60_000);
});
