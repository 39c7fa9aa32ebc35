/** The samples of a PNG image from its inflated scanlines: filters undone, passes interleaved, packed bits spread. */
import type { PngHeader } from "./png-chunks.ts";

/** Pixels x0 + i·dx, y0 + j·dy. */
interface ImagePass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
}

/** Adam7 (PNG specification, section 8.2). */
const interlacedPasses: readonly ImagePass[] = [
  { x0: 0, y0: 0, dx: 8, dy: 8 },
  { x0: 4, y0: 0, dx: 8, dy: 8 },
  { x0: 0, y0: 4, dx: 4, dy: 8 },
  { x0: 2, y0: 0, dx: 4, dy: 4 },
  { x0: 0, y0: 2, dx: 2, dy: 4 },
  { x0: 1, y0: 0, dx: 2, dy: 2 },
  { x0: 0, y0: 1, dx: 1, dy: 2 },
];

/** Bytes of all scanlines, each with its filter's byte before it. */
export function scanlineBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}

/**
 * @param scanlines `scanlineBytes` of them; changed in place
 * @returns [height, width, channels], 0 … 2^depth − 1
 * @throws Error for a filter that the specification does not have
 */
export function samplesOfScanlines(scanlines: Uint8Array, header: PngHeader): Uint8Array | Uint16Array {
  const { width, height, channels, depth } = header;
  const length = width * height * channels;
  const samples = depth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  let at = 0;
  for (const { x0, y0, dx, dy, rows, columns, rowBytes } of passesOf(header)) {
    let before: Uint8Array | undefined;
    for (let row = 0; row < rows; row++) {
      const line = scanlines.subarray(at + 1, at + 1 + rowBytes);
      unfilter(scanlines[at] ?? 0, line, before, Math.max(1, (channels * depth) / 8));
      const start = ((y0 + row * dy) * width + x0) * channels;
      if (depth === 8 && dx === 1) samples.set(line, start);
      else spread(line, columns, header, samples, start, dx * channels);
      before = line;
      at += 1 + rowBytes;
    }
  }
  return samples;
}

function passesOf({ width, height, channels, depth, interlaced }: PngHeader) {
  const passes = interlaced ? interlacedPasses : [{ x0: 0, y0: 0, dx: 1, dy: 1 }];
  return passes.flatMap((pass) => {
    const columns = Math.ceil((width - pass.x0) / pass.dx);
    const rows = Math.ceil((height - pass.y0) / pass.dy);
    if (columns <= 0 || rows <= 0) return [];
    return [{ ...pass, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) }];
  });
}

/**
 * In place (section 9.2).
 * @param before the line above; `undefined`: zeros
 * @param step bytes from a sample to the one left of it
 */
export function unfilter(
  filter: number,
  line: Uint8Array,
  before: Uint8Array | undefined,
  step: number,
): void {
  const left = (i: number) => (i < step ? 0 : (line[i - step] ?? 0));
  const above = (i: number) => before?.[i] ?? 0;
  const corner = (i: number) => (i < step ? 0 : (before?.[i - step] ?? 0));
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = step; i < line.length; i++) line[i] = (line[i] ?? 0) + left(i);
      return;
    case 2:
      for (let i = 0; i < line.length; i++) line[i] = (line[i] ?? 0) + above(i);
      return;
    case 3:
      for (let i = 0; i < line.length; i++) line[i] = (line[i] ?? 0) + ((left(i) + above(i)) >> 1);
      return;
    case 4:
      for (let i = 0; i < line.length; i++) line[i] = (line[i] ?? 0) + paeth(left(i), above(i), corner(i));
      return;
    default:
      throw new Error(`there is no filter ${filter}`);
  }
}

/** Section 9.4. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** The samples of a line of an image that is not interlaced, [width, channels]. */
export function spreadLine(
  line: Uint8Array,
  header: PngHeader,
  samples: Uint8Array | Uint16Array,
  start: number,
): void {
  if (header.depth === 8) samples.set(line, start);
  else spread(line, header.width, header, samples, start, header.channels);
}

/** Samples of a line to every `stride`-th place from `start` on; below 8 bits they are packed from the high bits (section 7.2). */
function spread(
  line: Uint8Array,
  columns: number,
  { channels, depth }: PngHeader,
  samples: Uint8Array | Uint16Array,
  start: number,
  stride: number,
): void {
  const mask = (1 << depth) - 1;
  for (let column = 0; column < columns; column++) {
    for (let channel = 0; channel < channels; channel++) {
      const i = column * channels + channel;
      const at = start + column * stride + channel;
      if (depth === 16) samples[at] = ((line[2 * i] ?? 0) << 8) | (line[2 * i + 1] ?? 0);
      else if (depth === 8) samples[at] = line[i] ?? 0;
      else {
        const bit = i * depth;
        samples[at] = ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & mask;
      }
    }
  }
}
