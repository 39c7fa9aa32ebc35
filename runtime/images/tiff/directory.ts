/** The directories of a TIFF file, one a page (revision 6.0, section 2; BigTIFF). */
import type { ByteSource } from "../byte-source.ts";

export interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** The values, in the byte order of the file. */
  readonly bytes: Buffer;
}

export interface TiffDirectory {
  readonly little: boolean;
  /** By tag. */
  readonly entries: ReadonlyMap<number, TiffEntry>;
}

/** Where the directories of a file are. */
export interface TiffPlaces {
  readonly little: boolean;
  readonly big: boolean;
  readonly pages: readonly number[];
  /** Why further pages that the file says it has cannot be found; `undefined`: these are all. */
  readonly broken?: string;
}

/** More are taken for damage, as libtiff takes them. */
const mostPages = 2 ** 20;
const mostEntries = 4096;

/** Bytes of a value by its type. */
const typeBytes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/**
 * @param most what follows so many pages is not looked at
 * @throws RangeError for a file that ends before its first directory does
 */
export async function findPages(source: ByteSource, most?: number): Promise<TiffPlaces> {
  const head = await source.read(0, Math.min(16, source.size));
  const little = head[0] === 0x49;
  const big = (little ? head.readUInt16LE(2) : head.readUInt16BE(2)) === 43;
  const pages: number[] = [];
  const seen = new Set<number>();
  for (let at = offsetIn(head, big ? 8 : 4, { little, big }); at !== 0; ) {
    if (seen.has(at) || pages.length === mostPages)
      return { little, big, pages, broken: "its pages have no end" };
    seen.add(at);
    try {
      const next = pages.length + 1 === most ? 0 : await nextDirectory(source, at, { little, big });
      pages.push(at);
      at = next;
    } catch (error) {
      if (!(error instanceof RangeError) || pages.length === 0) throw error;
      return { little, big, pages, broken: `its page ${pages.length + 1} is missing` };
    }
  }
  return { little, big, pages };
}

/** 0 after the last one. */
async function nextDirectory(
  source: ByteSource,
  at: number,
  { little, big }: Pick<TiffPlaces, "little" | "big">,
): Promise<number> {
  const entries = await entryCount(source, at, { little, big });
  const link = at + (big ? 8 + 20 * entries : 2 + 12 * entries);
  return offsetIn(await source.read(link, big ? 8 : 4), 0, { little, big });
}

/**
 * @param at where the directory is @param wanted tags whose values are read
 * @throws RangeError for a file that ends before
 */
export async function readDirectory(
  source: ByteSource,
  at: number,
  { little, big }: Pick<TiffPlaces, "little" | "big">,
  wanted: ReadonlySet<number>,
): Promise<TiffDirectory> {
  const count = await entryCount(source, at, { little, big });
  const [entrySize, inline] = big ? [20, 8] : [12, 4];
  const table = await source.read(at + (big ? 8 : 2), count * entrySize);
  const entries = new Map<number, TiffEntry>();
  for (let i = 0; i < count; i++) {
    const start = i * entrySize;
    const tag = numberIn(table, start, 2, little);
    const type = numberIn(table, start + 2, 2, little);
    const values = numberIn(table, start + 4, big ? 8 : 4, little);
    const length = (typeBytes[type] ?? 1) * values;
    if (!wanted.has(tag)) continue;
    const place = start + entrySize - inline;
    const bytes =
      length <= inline
        ? table.subarray(place, place + length)
        : await source.read(offsetIn(table, place, { little, big }), length);
    entries.set(tag, { type, count: values, bytes });
  }
  return { little, entries };
}

/** The values of an entry of unsigned integers; `undefined`: it is not there, or has others. */
export function numbersOf({ little, entries }: TiffDirectory, tag: number): readonly number[] | undefined {
  const entry = entries.get(tag);
  if (entry === undefined) return undefined;
  const { type, count, bytes } = entry;
  if (![1, 3, 4, 16].includes(type)) return undefined;
  const size = typeBytes[type] ?? 1;
  return Array.from({ length: count }, (_, i) => numberIn(bytes, i * size, size, little));
}

async function entryCount(
  source: ByteSource,
  at: number,
  { little, big }: Pick<TiffPlaces, "little" | "big">,
): Promise<number> {
  const size = big ? 8 : 2;
  const count = numberIn(await source.read(at, size), 0, size, little);
  if (count > mostEntries) throw new RangeError("a directory has too many entries");
  return count;
}

function offsetIn(bytes: Buffer, at: number, { little, big }: Pick<TiffPlaces, "little" | "big">): number {
  return numberIn(bytes, at, big ? 8 : 4, little);
}

function numberIn(bytes: Buffer, at: number, size: number, little: boolean): number {
  if (size < 8) return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
