/**
 * What JPEG changes in an image, without its entropy coding, which loses nothing: YCbCr of 8 bits, colours at half the resolution, and the
 * rounded cosine coefficients of blocks (ITU-T T.81, sections A.3.3 and A.3.4).
 */
import type { ChangedImage } from "./changed-image.ts";

const side = 8;

/** Tables K.1 and K.2, [vertical, horizontal frequency]. */
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
] as const;
const colourTable = Array.from({ length: side * side }, (_, i) => {
  const corner = [
    [17, 18, 24, 47],
    [18, 21, 26, 66],
    [24, 26, 56, 99],
    [47, 66, 99, 99],
  ];
  return corner[Math.floor(i / side)]?.[i % side] ?? 99;
});

/** basis[u][x] = C(u) / 2 · cos((2x + 1) u π / 16). */
const basis = Float64Array.from({ length: side * side }, (_, i) => {
  const [u, x] = [Math.floor(i / side), i % side];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

interface Plane {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

/**
 * @param quality 1 … 100
 * @param low, high the samples that are black and white
 */
export function compress(image: ChangedImage, quality: number, low: number, high: number): void {
  const { height, width, channels, samples } = image;
  const level = (i: number) =>
    Math.min(255, Math.max(0, Math.round((255 * ((samples[i] ?? 0) - low)) / (high - low))));
  const planeOf = (value: (pixel: number) => number): Plane => ({
    height,
    width,
    values: Float64Array.from({ length: height * width }, (_, pixel) => Math.round(value(pixel))),
  });
  const store = (i: number, value: number) => {
    samples[i] = low + ((high - low) * Math.min(255, Math.max(0, Math.round(value)))) / 255;
  };
  if (channels !== 3) {
    const grey = coded(planeOf(level), scaledTable(lumaTable, quality));
    grey.values.forEach((value, i) => {
      store(i, value);
    });
    return;
  }
  const [r, g, b] = [
    (p: number) => level(3 * p),
    (p: number) => level(3 * p + 1),
    (p: number) => level(3 * p + 2),
  ];
  // JFIF, section 7
  const y = planeOf((p) => 0.299 * r(p) + 0.587 * g(p) + 0.114 * b(p));
  const cb = planeOf((p) => 128 - 0.168736 * r(p) - 0.331264 * g(p) + 0.5 * b(p));
  const cr = planeOf((p) => 128 + 0.5 * r(p) - 0.418688 * g(p) - 0.081312 * b(p));
  const bright = coded(y, scaledTable(lumaTable, quality));
  const colours = [cb, cr].map((plane) => coded(halved(plane), scaledTable(colourTable, quality)));
  for (let p = 0; p < height * width; p++) {
    const half = (p / width) >> 1;
    const [blue, red] = colours.map(
      (plane) => (plane.values[half * plane.width + ((p % width) >> 1)] ?? 128) - 128,
    );
    const light = bright.values[p] ?? 0;
    store(3 * p, light + 1.402 * (red ?? 0));
    store(3 * p + 1, light - 0.344136 * (blue ?? 0) - 0.714136 * (red ?? 0));
    store(3 * p + 2, light + 1.772 * (blue ?? 0));
  }
}

/** As the Independent JPEG Group's library scales a table for a quality. */
function scaledTable(table: readonly number[], quality: number): Float64Array {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Float64Array.from(table, (step) =>
    Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))),
  );
}

/** The mean of every two by two; the edge is repeated. */
function halved({ height, width, values }: Plane): Plane {
  const [rows, columns] = [(height + 1) >> 1, (width + 1) >> 1];
  const small = new Float64Array(rows * columns);
  for (let i = 0; i < small.length; i++) {
    const [y, x] = [2 * Math.floor(i / columns), 2 * (i % columns)];
    let sum = 0;
    for (const row of [y, Math.min(y + 1, height - 1)])
      for (const column of [x, Math.min(x + 1, width - 1)]) sum += values[row * width + column] ?? 0;
    small[i] = Math.round(sum / 4);
  }
  return { height: rows, width: columns, values: small };
}

/** Every block transformed, its coefficients rounded to the steps of the table, and back. The edge is repeated to full blocks. */
function coded({ height, width, values }: Plane, steps: Float64Array): Plane {
  const result = new Float64Array(height * width);
  const block = new Float64Array(side * side);
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      for (let i = 0; i < block.length; i++) {
        const y = Math.min(height - 1, top + (i >> 3));
        block[i] = (values[y * width + Math.min(width - 1, left + (i & 7))] ?? 0) - 128;
      }
      const spectrum = transformed(transformed(block, true), true);
      for (const [i, step] of steps.entries()) spectrum[i] = Math.round((spectrum[i] ?? 0) / step) * step;
      const back = transformed(transformed(spectrum, false), false);
      for (let i = 0; i < block.length; i++) {
        const [y, x] = [top + (i >> 3), left + (i & 7)];
        if (y < height && x < width)
          result[y * width + x] = Math.min(255, Math.max(0, Math.round((back[i] ?? 0) + 128)));
      }
    }
  }
  return { height, width, values: result };
}

/** The cosine transform of each row (or its inverse), then transposed: twice gives both axes. */
function transformed(block: Float64Array, forward: boolean): Float64Array {
  const result = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let k = 0; k < side; k++) {
      let sum = 0;
      for (let i = 0; i < side; i++)
        sum += (block[row * side + i] ?? 0) * (basis[forward ? k * side + i : i * side + k] ?? 0);
      result[k * side + row] = sum;
    }
  }
  return result;
}
