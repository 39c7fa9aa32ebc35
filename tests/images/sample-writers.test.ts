/** Files written row by row, read by other programs. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import type { Samples } from "../../runtime/images/raster.ts";
import { readImage } from "../../runtime/images/read-image.ts";
import type { SampleForm, SampleFormat } from "../../runtime/images/rows/sample-form.ts";
import { openSamples } from "../../runtime/images/rows/sample-writer.ts";
import { Random } from "../../runtime/random.ts";

const folder = mkdtempSync(join(tmpdir(), "fcn-samples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function samplesOf({ type, height, width, channels }: SampleForm): Samples {
  const random = new Random(5);
  const length = height * width * channels;
  if (type === "uint8") return Uint8Array.from({ length }, () => random.integer(256));
  if (type === "uint16") return Uint16Array.from({ length }, () => random.integer(65536));
  return Float32Array.from({ length }, () => random.uniform());
}

async function write(format: SampleFormat, form: SampleForm, rows = [1, 7, 300]): Promise<[string, Samples]> {
  const path = join(folder, `${form.type}-${form.channels}.${format}`);
  const samples = samplesOf(form);
  const writer = await openSamples(path, format, form);
  const perRow = form.width * form.channels;
  for (let row = 0, part = 0; row < form.height; part++) {
    const count = Math.min(rows[part % rows.length] ?? 1, form.height - row);
    await writer.write(samples.slice(row * perRow, (row + count) * perRow));
    row += count;
  }
  await writer.finish();
  return [path, samples];
}

const forms: readonly SampleForm[] = [
  { type: "uint8", height: 13, width: 21, channels: 1 },
  { type: "uint8", height: 9, width: 500, channels: 3 },
  { type: "uint16", height: 400, width: 601, channels: 1 },
  { type: "float32", height: 301, width: 333, channels: 1 },
  { type: "float32", height: 50, width: 31, channels: 5 },
];

describe.each(forms)("$type, $channels channels", (form) => {
  it("as TIFF", async () => {
    const [path, samples] = await write("tiff", form);
    const depth = { uint8: "uchar", uint16: "ushort", float32: "float" } as const;
    const { space, ...header } = await sharp(path).metadata();
    expect(header).toMatchObject({ width: form.width, height: form.height, channels: form.channels });
    if (form.channels > 3) {
      // sharp would make colours of them: it says how they are stored, and the only strip is read here
      expect(header.depth).toBe(depth[form.type]);
      const strip = inflateSync(readFileSync(path).subarray(8));
      expect(Buffer.compare(strip, Buffer.from(samples.buffer))).toBe(0);
      return;
    }
    const data = await sharp(path)
      .toColourspace(space ?? "multiband") // as it is
      .raw({ depth: depth[form.type] })
      .toBuffer();
    expect(Buffer.compare(data, Buffer.from(samples.buffer))).toBe(0);
    if (form.channels === 1) expect((await readImage(path)).data).toEqual(samples);
  });

  it("as NPY", async () => {
    const [path, samples] = await write("npy", form);
    const bytes = readFileSync(path);
    const start = bytes.indexOf(10) + 1;
    const shape = form.channels === 1 ? "(13, 21)|(400, 601)|(301, 333)" : "(9, 500, 3)|(50, 31, 5)";
    expect(start % 64).toBe(0);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
    expect(shape.split("|").some((one) => bytes.toString("latin1", 0, start).includes(one))).toBe(true);
    expect(Buffer.compare(bytes.subarray(start), Buffer.from(samples.buffer))).toBe(0);
  });

  it.runIf(form.type !== "float32")("as PNG", async () => {
    const [path, samples] = await write("png", form);
    expect((await readImage(path)).data).toEqual(samples);
  });
});

const numpy = hasNumpy();
it.runIf(numpy)("NPY files are read by NumPy", async () => {
  const [path, samples] = await write("npy", { type: "float32", height: 4, width: 3, channels: 2 });
  const program =
    "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.shape, a.dtype, float(a[3, 2, 1]))";
  const printed = execFileSync("/usr/bin/python3", ["-c", program, path], { encoding: "utf8" });
  expect(printed.trim()).toBe(`(4, 3, 2) float32 ${samples.at(-1)}`);
});

it("a file that is not finished leaves nothing behind", async () => {
  for (const format of ["tiff", "npy", "png"] as const) {
    const writer = await openSamples(join(folder, `gone.${format}`), format, {
      type: "uint8",
      height: 3,
      width: 2,
      channels: 1,
    });
    await writer.write(new Uint8Array(4));
    await expect(writer.finish()).rejects.toThrow("2 of 3 rows are written");
    await writer.discard();
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("gone"))).toEqual([]);
});

function hasNumpy(): boolean {
  try {
    execFileSync("/usr/bin/python3", ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
