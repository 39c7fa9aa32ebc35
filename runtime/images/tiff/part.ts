/**
 * Some blocks of a page as a TIFF file of its own, in memory: whatever decodes the file decodes them, to the same samples, since a block is
 * compressed by itself.
 */
import type { ByteSource } from "../byte-source.ts";
import type { Region } from "../raster.ts";
import { decodingTags, type TiffPage, tags } from "./page.ts";

export interface TiffPart {
  readonly bytes: Uint8Array;
  /** Of the page. */
  readonly region: Region;
}

/** Type of entries: 32 bits, unsigned. */
const long = 4;

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/**
 * The blocks that a region is in.
 * @throws RangeError for a file that ends before, and blocks of more than 4 GB
 */
export async function partOf(source: ByteSource, page: TiffPage, region: Region): Promise<TiffPart> {
  const { block, blocks, offsets, lengths } = page;
  const down = blocksOf(region.top, region.height, block.height);
  const across = blocksOf(region.left, region.width, block.width);
  const chosen: number[] = [];
  for (let y = down[0]; y < down[1]; y++)
    for (let x = across[0]; x < across[1]; x++) chosen.push(y * blocks[1] + x);
  const data: Buffer[] = [];
  for (const i of chosen) data.push(await source.read(offsets[i] ?? 0, lengths[i] ?? 0));
  const [top, left] = [down[0] * block.height, across[0] * block.width];
  const [bottom, right] = [
    Math.min(page.height, down[1] * block.height),
    Math.min(page.width, across[1] * block.width),
  ];
  const inPage = { top, left, height: bottom - top, width: right - left };
  return { bytes: tiffOf(page, inPage, data), region: inPage };
}

/** The first block that a length from `at` on is in, and the one after its last. */
function blocksOf(at: number, length: number, size: number): readonly [first: number, end: number] {
  return [Math.floor(at / size), Math.ceil((at + length) / size)];
}

function tiffOf(page: TiffPage, { height, width }: Region, data: readonly Buffer[]): Uint8Array {
  const { little, entries } = page.directory;
  const longs = (values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries())
      little ? bytes.writeUInt32LE(value, 4 * i) : bytes.writeUInt32BE(value, 4 * i);
    return bytes;
  };
  const entry = (tag: number, values: readonly number[]): Entry => ({
    tag,
    type: long,
    count: values.length,
    bytes: longs(values),
  });
  const kept = decodingTags.flatMap((tag): Entry[] => {
    const found = entries.get(tag);
    return found === undefined ? [] : [{ tag, ...found }];
  });
  const described = (offsets: readonly number[]): readonly Entry[] => {
    const lengths = data.map(({ length }) => length);
    const places = page.tiled
      ? [
          entry(tags.tileWidth, [page.block.width]),
          entry(tags.tileHeight, [page.block.height]),
          entry(tags.tileOffsets, offsets),
          entry(tags.tileLengths, lengths),
        ]
      : [
          entry(tags.rowsPerStrip, [page.block.height]),
          entry(tags.stripOffsets, offsets),
          entry(tags.stripLengths, lengths),
        ];
    const all = [entry(tags.width, [width]), entry(tags.height, [height]), ...kept, ...places];
    return all.toSorted((a, b) => a.tag - b.tag);
  };
  // the places of blocks follow from the length of the directory, which they do not change
  const [, length] = directoryOf(described(data.map(() => 0)), little);
  const offsets: number[] = [];
  let end = length;
  for (const block of data) {
    offsets.push(end);
    end += block.length;
  }
  const [head] = directoryOf(described(offsets), little);
  return Buffer.concat([head, ...data]);
}

/** The header, the directory and the values behind it. */
function directoryOf(entries: readonly Entry[], little: boolean): readonly [bytes: Buffer, length: number] {
  const start = 8;
  const head = Buffer.alloc(start + 2 + 12 * entries.length + 4);
  const word = (value: number, at: number) =>
    little ? head.writeUInt16LE(value, at) : head.writeUInt16BE(value, at);
  const number = (value: number, at: number) =>
    little ? head.writeUInt32LE(value, at) : head.writeUInt32BE(value, at);
  head.write(little ? "II" : "MM", "latin1");
  word(42, 2);
  number(start, 4);
  word(entries.length, start);
  const behind: Buffer[] = [];
  let end = head.length;
  for (const [i, { tag, type, count, bytes }] of entries.entries()) {
    const at = start + 2 + 12 * i;
    word(tag, at);
    word(type, at + 2);
    number(count, at + 4);
    if (bytes.length <= 4) {
      bytes.copy(head, at + 8);
      continue;
    }
    number(end, at + 8);
    behind.push(bytes, Buffer.alloc(bytes.length % 2)); // values begin at words
    end += bytes.length + (bytes.length % 2);
  }
  return [Buffer.concat([head, ...behind]), end];
}
