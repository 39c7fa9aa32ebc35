/** TIFF files with samples of any kind and any number of pages, uncompressed (TIFF revision 6.0, sections 2 and 8). */

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height, width, channels], row by row. */
  readonly samples: Uint8Array | Uint16Array | Int16Array | Uint32Array | Float32Array | Float64Array;
}

type Entry = readonly [tag: number, type: 3 | 4, count: number, value: number];
/** Types of entries: 16 and 32 bits, unsigned. */
const [short, long] = [3, 4] as const;

/** @param claim width and height that the header says in place of the page's own */
export function tiffFile(
  pages: readonly TiffPage[],
  claim: { readonly width?: number; readonly height?: number } = {},
): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 0x2a, 0x00, 0, 0, 0, 0])];
  let length = 8;
  let link: readonly [part: number, at: number] = [0, 4];
  const add = (part: Buffer): number => {
    parts.push(part, Buffer.alloc(part.length % 2));
    length += part.length + (part.length % 2);
    return length - part.length - (part.length % 2);
  };
  for (const { width, height, channels, samples } of pages) {
    const bits = samples.BYTES_PER_ELEMENT * 8;
    const data = add(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    const lists = add(shorts([...Array(channels).fill(bits), ...Array(channels).fill(formatOf(samples))]));
    const ofEach = (tag: number, value: number, at: number): Entry =>
      channels === 1 ? [tag, short, 1, value] : [tag, short, channels, at];
    const entries: readonly Entry[] = [
      [256, long, 1, claim.width ?? width],
      [257, long, 1, claim.height ?? height],
      ofEach(258, bits, lists),
      [259, short, 1, 1], // no compression
      [262, short, 1, channels >= 3 ? 2 : 1], // RGB, or grey where 0 is black
      [273, long, 1, data],
      [277, short, 1, channels],
      [278, long, 1, claim.height ?? height],
      [279, long, 1, samples.byteLength],
      ofEach(339, formatOf(samples), lists + 2 * channels),
    ];
    const [part, at] = link;
    parts[part]?.writeUInt32LE(length, at);
    link = [parts.length, 2 + 12 * entries.length];
    add(directory(entries));
  }
  return Buffer.concat(parts);
}

/** Section 19, SampleFormat: 1 unsigned, 2 signed, 3 floating point. */
function formatOf(samples: TiffPage["samples"]): number {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return 3;
  return samples instanceof Int16Array ? 2 : 1;
}

/** Ends with the place of the next page, 0: none. */
function directory(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8); // little-endian: a short value is in its first two bytes
  }
  return bytes;
}

function shorts(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i);
  return bytes;
}
