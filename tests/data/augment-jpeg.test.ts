/** JPEG as an augmentation, compared with an encoder and with the formulas of the standard, written again in float64. */
import sharp from "sharp";
import { expect, it } from "vitest";
import { always, augmented, recordAugmentation, sampleOf, valuesOf } from "./augment-reference.ts";

it("jpeg of a grey image is what an encoder and a decoder make of it, but for the rounding of their transforms", async () => {
  const [rows, columns] = [21, 30];
  const sample = sampleOf(1, [rows, columns]);
  for (const quality of [10, 40, 90]) {
    const { image } = augmented(sample, [{ kind: "jpeg", qualities: [quality, quality], ...always }], 1);
    const raw = Buffer.from(Uint8Array.from(valuesOf(sample), (value) => Math.round(255 * value)));
    const coded = await sharp(raw, { raw: { width: columns, height: rows, channels: 1 } })
      .jpeg({ quality })
      .toBuffer();
    const decoded = await sharp(coded).toColourspace("b-w").raw().toBuffer();
    const differences = Array.from(image, (value, i) => Math.abs(255 * value - (decoded[i] ?? 0)));
    // a coefficient half-way between two steps may be rounded to the other one, which changes one of the twelve blocks
    const near = differences.filter((difference) => difference <= 2).length;
    expect(near / differences.length, `quality ${quality}`).toBeGreaterThan(0.83);
  }
});

it("jpeg of colours: YCbCr, halved colours, rounded cosine coefficients", () => {
  const [rows, columns] = [11, 19];
  const sample = sampleOf(3, [rows, columns], 4);
  const quality = 35;
  const { image } = augmented(sample, [{ kind: "jpeg", qualities: [quality, quality], ...always }], 1, 3);
  const wanted = jpegOf(
    valuesOf(sample, 3).map((value) => Math.round(255 * value)),
    rows,
    columns,
    quality,
  );
  const differences = Array.from(image, (value, i) => Math.abs(255 * value - (wanted[i] ?? 0)));
  // one level where a sum lies between two and rounding decides
  expect(Math.max(...differences)).toBeLessThan(1.01);
  expect(differences.filter((difference) => difference > 0.01).length).toBeLessThan(6);
  recordAugmentation("jpeg", Math.max(...differences) / 255);
});

/** By the sums of ITU-T T.81, A.3.3, with tables K.1 and K.2 in the order of their zigzag. */
function jpegOf(
  levels: readonly number[],
  rows: number,
  columns: number,
  quality: number,
): readonly number[] {
  const zigzag = Array.from({ length: 64 }, (_, i) => [i >> 3, i & 7] as const).sort(([a, b], [c, d]) => {
    if (a + b !== c + d) return a + b - c - d;
    return (a + b) % 2 === 0 ? b - d : a - c;
  });
  const luminance =
    "16 11 12 14 12 10 16 14 13 14 18 17 16 19 24 40 26 24 22 22 24 49 35 37 29 40 58 51 61 60 57 51 56 55 64 72 92 78 64 68 87 69 55 56 80 109 81 87 95 98 103 104 103 62 77 113 121 112 100 120 92 101 103 99";
  const chrominance = `17 18 18 24 21 24 47 26 26 47 99 66 56 66 99 ${"99 ".repeat(49)}`;
  const tableOf = (text: string) => {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    const table = Array.from({ length: 8 }, () => new Array<number>(8).fill(0));
    for (const [i, step] of text.trim().split(" ").map(Number).entries()) {
      const [v = 0, u = 0] = zigzag[i] ?? [];
      const row = table[v];
      if (row) row[u] = Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100)));
    }
    return table;
  };
  const c = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
  const cosine = (x: number, u: number) => Math.cos(((2 * x + 1) * u * Math.PI) / 16);
  const coded = (plane: readonly (readonly number[])[], table: readonly (readonly number[])[]) => {
    const [h, w] = [plane.length, plane[0]?.length ?? 0];
    const result = plane.map((row) => [...row]);
    const eight = [0, 1, 2, 3, 4, 5, 6, 7];
    for (let top = 0; top < h; top += 8)
      for (let left = 0; left < w; left += 8) {
        const at = (y: number, x: number) =>
          (plane[Math.min(h - 1, top + y)]?.[Math.min(w - 1, left + x)] ?? 0) - 128;
        const spectrum = eight.map((v) =>
          eight.map((u) => {
            let sum = 0;
            for (const y of eight) for (const x of eight) sum += at(y, x) * cosine(x, u) * cosine(y, v);
            const step = table[v]?.[u] ?? 1;
            return Math.round((c(u) * c(v) * sum) / 4 / step) * step;
          }),
        );
        for (let y = 0; y < Math.min(8, h - top); y++)
          for (let x = 0; x < Math.min(8, w - left); x++) {
            let sum = 0;
            for (const v of eight)
              for (const u of eight)
                sum += c(u) * c(v) * (spectrum[v]?.[u] ?? 0) * cosine(x, u) * cosine(y, v);
            const row = result[top + y];
            if (row) row[left + x] = Math.min(255, Math.max(0, Math.round(sum / 4 + 128)));
          }
      }
    return result;
  };
  const planeOf = (weights: readonly number[], offset: number) =>
    Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => {
        const pixel = levels.slice((y * columns + x) * 3, (y * columns + x) * 3 + 3);
        return Math.round(pixel.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), offset));
      }),
    );
  const halved = (plane: readonly (readonly number[])[]) =>
    Array.from({ length: Math.ceil(rows / 2) }, (_, y) =>
      Array.from({ length: Math.ceil(columns / 2) }, (_, x) => {
        const at = (dy: number, dx: number) =>
          plane[Math.min(rows - 1, 2 * y + dy)]?.[Math.min(columns - 1, 2 * x + dx)] ?? 0;
        return Math.round((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
      }),
    );
  const bright = coded(planeOf([0.299, 0.587, 0.114], 0), tableOf(luminance));
  const blue = coded(halved(planeOf([-0.168736, -0.331264, 0.5], 128)), tableOf(chrominance));
  const red = coded(halved(planeOf([0.5, -0.418688, -0.081312], 128)), tableOf(chrominance));
  return Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    const at = (plane: readonly (readonly number[])[]) => plane[y >> 1]?.[x >> 1] ?? 128;
    const light = bright[y]?.[x] ?? 0;
    return [
      light + 1.402 * (at(red) - 128),
      light - 0.344136 * (at(blue) - 128) - 0.714136 * (at(red) - 128),
      light + 1.772 * (at(blue) - 128),
    ].map((value) => Math.min(255, Math.max(0, Math.round(value))));
  }).flat();
}
