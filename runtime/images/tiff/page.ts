/** A page of a TIFF file in blocks: strips of rows or tiles, each compressed by itself (revision 6.0, sections 3 and 15). */
import type { ByteSource } from "../byte-source.ts";
import { numbersOf, readDirectory, type TiffDirectory, type TiffPlaces } from "./directory.ts";

export const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  channels: 277,
  rowsPerStrip: 278,
  stripLengths: 279,
  planes: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
} as const;

/**
 * What decoders are told beside sizes and places: bits, compression, colours, fill order, options of fax, predictor, palette, inks,
 * further channels, types of samples, tables of JPEG, YCbCr, ICC profile.
 */
export const decodingTags: readonly number[] = [
  258, 259, 262, 266, 277, 284, 292, 293, 317, 320, 332, 334, 338, 339, 347, 529, 530, 531, 532, 34675,
];

const wanted: ReadonlySet<number> = new Set([...Object.values(tags), ...decodingTags]);

/** None, fax (1D, groups 3 and 4), LZW, JPEG (Technical Note 2), Deflate (two numbers), PackBits, WebP. */
const blockwise: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 32946, 32773, 50001];

/** Types of entries from this one on are those of BigTIFF alone. */
const bigTypes = 16;

/** Bytes, about, of the strips that uncompressed rows are read in, whatever strips the file has. */
const stripBytes = 2 ** 18;

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly tiled: boolean;
  /** Pixels of a block; those at the right and at the bottom may reach beyond the page. A strip is as wide as the page. */
  readonly block: { readonly height: number; readonly width: number };
  /** Blocks down and across. */
  readonly blocks: readonly [down: number, across: number];
  /** Bytes in the file, row by row of blocks. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  readonly directory: TiffDirectory;
}

/** What a page is, whether or not its blocks can be read by themselves. */
export interface TiffPageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * @param at where its directory is
 * @returns `undefined` for a page that is turned, or lacks its size
 * @throws RangeError for a file that ends before
 */
export async function readPage(
  source: ByteSource,
  at: number,
  places: TiffPlaces,
): Promise<{ readonly size: TiffPageSize; readonly page: TiffPage | undefined } | undefined> {
  const directory = await readDirectory(source, at, places, wanted);
  const one = (tag: number) => numbersOf(directory, tag)?.[0];
  const [width, height] = [one(tags.width), one(tags.height)];
  if (width === undefined || height === undefined || (one(tags.orientation) ?? 1) !== 1) return undefined;
  return { size: { width, height }, page: inBlocks(directory, { width, height }, source.size) };
}

/** `undefined`: of planes, or of what blocks alone do not tell. */
function inBlocks(
  directory: TiffDirectory,
  { width, height }: TiffPageSize,
  fileBytes: number,
): TiffPage | undefined {
  const one = (tag: number) => numbersOf(directory, tag)?.[0];
  if (width === 0 || height === 0 || (one(tags.planes) ?? 1) !== 1) return undefined;
  if (!blockwise.includes(one(tags.compression) ?? 1)) return undefined;
  // a part is a plain TIFF file (part.ts), which has no such entries
  if (decodingTags.some((tag) => (directory.entries.get(tag)?.type ?? 0) >= bigTypes)) return undefined;
  const tiled = directory.entries.has(tags.tileOffsets);
  const rows = Math.min(one(tags.rowsPerStrip) ?? height, height);
  const block = tiled
    ? { height: one(tags.tileHeight) ?? 0, width: one(tags.tileWidth) ?? 0 }
    : { height: rows, width };
  if (block.height === 0 || block.width === 0) return undefined;
  const blocks = [Math.ceil(height / block.height), Math.ceil(width / block.width)] as const;
  const offsets = numbersOf(directory, tiled ? tags.tileOffsets : tags.stripOffsets) ?? [];
  const lengths = numbersOf(directory, tiled ? tags.tileLengths : tags.stripLengths) ?? [];
  const count = blocks[0] * blocks[1];
  if (offsets.length !== count || lengths.length !== count) return undefined;
  if (offsets.some((offset, i) => offset === 0 || offset + (lengths[i] ?? 0) > fileBytes)) return undefined;
  const page: TiffPage = { width, height, tiled, block, blocks, offsets, lengths, directory };
  return inSmallStrips(page) ?? page;
}

/** Uncompressed rows that follow each other in the file, in strips of few rows; `undefined`: others. */
function inSmallStrips(page: TiffPage): TiffPage | undefined {
  const { width, height, tiled, offsets, lengths, directory } = page;
  const [compression = 1] = numbersOf(directory, tags.compression) ?? [];
  const [photometric = 6] = numbersOf(directory, tags.photometric) ?? [];
  if (tiled || compression !== 1 || photometric > 3) return undefined; // of YCbCr pixels share samples
  const bits = numbersOf(directory, tags.bits) ?? [1];
  const [channels = 1] = numbersOf(directory, tags.channels) ?? [];
  if (bits.length !== channels) return undefined;
  const rowBytes = Math.ceil((width * bits.reduce((sum, each) => sum + each, 0)) / 8);
  const [start = 0] = offsets;
  let end = start;
  for (const [i, offset] of offsets.entries()) {
    if (offset !== end) return undefined;
    end += lengths[i] ?? 0;
  }
  if (end - start !== height * rowBytes) return undefined;
  const rows = Math.min(height, Math.max(1, Math.floor(stripBytes / rowBytes)));
  const count = Math.ceil(height / rows);
  const at = Array.from({ length: count }, (_, i) => i * rows * rowBytes);
  return {
    ...page,
    block: { height: rows, width },
    blocks: [count, 1],
    offsets: at.map((from) => start + from),
    lengths: at.map((from) => Math.min(rows * rowBytes, end - start - from)),
  };
}
