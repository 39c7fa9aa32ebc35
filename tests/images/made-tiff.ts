/** TIFF files of one page in either order of bytes, plain or BigTIFF, entry by entry (revision 6.0, section 2). */

/** Bytes of a value by its type. */
const valueBytes = { 3: 2, 4: 4, 16: 8 } as const;
export type MadeEntry = readonly [tag: number, type: keyof typeof valueBytes, values: readonly number[]];

export interface MadeTiff {
  readonly little: boolean;
  readonly big: boolean;
  /** By ascending tag. @param first byte of `data` in the file */
  readonly entries: (first: number) => readonly MadeEntry[];
  readonly data: Buffer;
}

export function madeTiff({ little, big, entries: entriesFrom, data }: MadeTiff): Buffer {
  const number = (value: number, size: 2 | 4 | 8): Buffer => {
    const bytes = Buffer.alloc(size);
    if (size === 8) little ? bytes.writeBigUInt64LE(BigInt(value)) : bytes.writeBigUInt64BE(BigInt(value));
    else little ? bytes.writeUIntLE(value, 0, size) : bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const wide = big ? 8 : 4;
  const head = big ? 16 : 8;
  const entries = entriesFrom(head);
  const directory = head + data.length;
  let behind = directory + (big ? 8 : 2) + entries.length * (4 + 2 * wide) + wide;
  const lists: Buffer[] = [];
  const lines = entries.map(([tag, type, values]) => {
    const list = Buffer.concat(values.map((value) => number(value, valueBytes[type])));
    const own = list.length <= wide;
    const place = own ? Buffer.concat([list, Buffer.alloc(wide - list.length)]) : number(behind, wide);
    if (!own) {
      lists.push(list);
      behind += list.length;
    }
    return Buffer.concat([number(tag, 2), number(type, 2), number(values.length, wide), place]);
  });
  return Buffer.concat([
    Buffer.from(little ? "II" : "MM", "latin1"),
    number(big ? 43 : 42, 2),
    ...(big ? [number(8, 2), number(0, 2)] : []),
    number(directory, wide),
    data,
    number(entries.length, big ? 8 : 2),
    ...lines,
    number(0, wide),
    ...lists,
  ]);
}

/** Strips of grey samples, uncompressed. @param counts the type of the entries that say how samples are stored */
export function greyStrips(
  {
    width,
    height,
    rows,
    bits,
    isFloat,
  }: { width: number; height: number; rows: number; bits: number; isFloat: boolean },
  counts: 3 | 16 = 3,
): MadeTiff["entries"] {
  const rowBytes = (width * bits) / 8;
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, i) => i);
  return (first) => [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [bits]],
    [259, 3, [1]],
    [262, 3, [1]],
    [273, 4, strips.map((i) => first + i * rows * rowBytes)],
    [277, counts, [1]],
    [278, 4, [rows]],
    [279, 4, strips.map((i) => Math.min(rows, height - i * rows) * rowBytes)],
    [339, 3, [isFloat ? 3 : 1]],
  ];
}
