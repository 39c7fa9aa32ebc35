/** TIFF files of one page or several, written row by row (revision 6.0; strips compressed by Deflate, Technical Note 2), whole or not at all; BigTIFF above 4 GB. */
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { GrowingFile } from "../../files/atomic-write.ts";
import type { Samples } from "../raster.ts";
import { littleEndian, RowCount } from "./row-count.ts";
import type { SampleForm, SampleWriter } from "./sample-form.ts";

const compressed = promisify(deflate);

/** Bytes of a strip before compression, about. */
const stripBytes = 2 ** 18;
/** Offsets of a plain TIFF file have 32 bits; samples that cannot be compressed grow a little. */
const mostPlain = 0xf0000000;

const bits = { uint8: 8, uint16: 16, float32: 32 } as const;

export class TiffWriter implements SampleWriter {
  readonly #file: GrowingFile;
  #form: SampleForm;
  #rows: RowCount;
  readonly #big: boolean;
  #rowsPerStrip: number;
  /** Rows of the next strip. */
  #held: Uint8Array[] = [];
  #heldRows = 0;
  #at: number;
  #offsets: number[] = [];
  #lengths: number[] = [];
  /** The directory of the first page, and where the place of the next one is noted in that of the last. */
  #first: number | undefined;
  #link = 0;

  private constructor(file: GrowingFile, form: SampleForm, big: boolean) {
    this.#file = file;
    this.#form = form;
    this.#rows = new RowCount(form);
    this.#big = big;
    this.#at = big ? 16 : 8;
    this.#rowsPerStrip = rowsPerStrip(form);
  }

  /** @param pages about as large as the first. @throws UserError when the file cannot be written */
  static async open(path: string, form: SampleForm, pages = 1): Promise<TiffWriter> {
    const big = pages * rowBytes(form) * form.height > mostPlain;
    const file = await GrowingFile.open(path);
    await file.append(headerOf(big, 0));
    return new TiffWriter(file, form, big);
  }

  async write(samples: Samples): Promise<void> {
    const rows = this.#rows.add(samples);
    const [bytes, length] = [littleEndian(samples), rowBytes(this.#form)];
    for (let from = 0; from < rows; ) {
      const taken = Math.min(this.#rowsPerStrip - this.#heldRows, rows - from);
      // a copy: the caller may reuse its array before the strip is full
      this.#held.push(bytes.slice(from * length, (from + taken) * length));
      this.#heldRows += taken;
      from += taken;
      if (this.#heldRows === this.#rowsPerStrip) await this.#writeStrip();
    }
  }

  /** Ends a page: what is written afterwards is of the next. */
  async nextPage(form: SampleForm): Promise<void> {
    await this.#endPage();
    this.#form = form;
    this.#rows = new RowCount(form);
    this.#rowsPerStrip = rowsPerStrip(form);
    [this.#offsets, this.#lengths] = [[], []];
  }

  async finish(): Promise<void> {
    await this.#endPage();
    await this.#file.overwrite(0, headerOf(this.#big, this.#first ?? 0));
    await this.#file.commit();
  }

  async #endPage(): Promise<void> {
    this.#rows.checkComplete();
    if (this.#heldRows > 0) await this.#writeStrip();
    if (this.#at % 2 === 1) await this.#append(new Uint8Array(1)); // a directory begins at a word
    const directory = this.#at;
    const { bytes, link } = this.#directory(directory);
    await this.#append(bytes);
    if (this.#first === undefined) this.#first = directory;
    else {
      const place = Buffer.alloc(this.#big ? 8 : 4);
      this.#writeOffset(place, directory, 0);
      await this.#file.overwrite(this.#link, place);
    }
    this.#link = directory + link;
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #writeStrip(): Promise<void> {
    const strip = await compressed(Buffer.concat(this.#held));
    this.#offsets.push(this.#at);
    this.#lengths.push(strip.length);
    [this.#held, this.#heldRows] = [[], 0];
    await this.#append(strip);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await this.#file.append(bytes);
    this.#at += bytes.length;
  }

  /** Section 2: entries of tag, type, count and value, or the place of the values behind them; `link`: where the next directory is noted. */
  #directory(at: number): { readonly bytes: Uint8Array; readonly link: number } {
    const { width, height, channels, type } = this.#form;
    const each = (value: number) => Array.from({ length: channels }, () => value);
    const long = this.#big ? 16 : 4;
    const colours = channels === 3 && type !== "float32";
    const entries: readonly (readonly [tag: number, type: number, values: readonly number[]])[] = [
      [256, 4, [width]],
      [257, 4, [height]],
      [258, 3, each(bits[type])],
      [259, 3, [8]], // Deflate
      [262, 3, [colours ? 2 : 1]], // RGB, or 0 is black
      [273, long, this.#offsets],
      [277, 3, [channels]],
      [278, 4, [this.#rowsPerStrip]],
      [279, long, this.#lengths],
      [284, 3, [1]], // channels side by side
      ...(channels === 1 || colours ? [] : [[338, 3, each(0).slice(1)] as const]), // further channels mean nothing by themselves
      [339, 3, each(type === "float32" ? 3 : 1)],
    ];
    const [countSize, entrySize, valueSize] = this.#big ? [8, 20, 8] : [2, 12, 4];
    const head = Buffer.alloc(countSize + entries.length * entrySize + valueSize);
    const behind: Buffer[] = [];
    let end = at + head.length;
    if (this.#big) head.writeBigUInt64LE(BigInt(entries.length));
    else head.writeUInt16LE(entries.length);
    for (const [place, [tag, kind, values]] of entries.entries()) {
      const start = countSize + place * entrySize;
      head.writeUInt16LE(tag, start);
      head.writeUInt16LE(kind, start + 2);
      this.#writeOffset(head, values.length, start + 4);
      const bytes = valueBytes(kind, values);
      if (bytes.length <= valueSize) bytes.copy(head, start + entrySize - valueSize);
      else {
        this.#writeOffset(head, end, start + entrySize - valueSize);
        const padded = Buffer.alloc(bytes.length + (bytes.length % 2));
        bytes.copy(padded);
        behind.push(padded);
        end += padded.length;
      }
    }
    return { bytes: Buffer.concat([head, ...behind]), link: head.length - valueSize };
  }

  #writeOffset(target: Buffer, value: number, at: number): void {
    if (this.#big) target.writeBigUInt64LE(BigInt(value), at);
    else target.writeUInt32LE(value, at);
  }
}

function rowsPerStrip(form: SampleForm): number {
  return Math.max(1, Math.floor(stripBytes / rowBytes(form)));
}

function rowBytes({ width, channels, type }: SampleForm): number {
  return (width * channels * bits[type]) / 8;
}

function headerOf(big: boolean, directory: number): Uint8Array {
  const bytes = Buffer.alloc(big ? 16 : 8);
  bytes.write("II", "latin1");
  bytes.writeUInt16LE(big ? 43 : 42, 2);
  if (big) {
    bytes.writeUInt16LE(8, 4); // bytes of an offset
    bytes.writeBigUInt64LE(BigInt(directory), 8);
  } else bytes.writeUInt32LE(directory, 4);
  return bytes;
}

/** Numbers of 16 (type 3), 32 (type 4) or 64 bits (type 16). */
function valueBytes(kind: number, values: readonly number[]): Buffer {
  const size = kind === 3 ? 2 : kind === 4 ? 4 : 8;
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    if (size === 2) bytes.writeUInt16LE(value, i * size);
    else if (size === 4) bytes.writeUInt32LE(value, i * size);
    else bytes.writeBigUInt64LE(BigInt(value), i * size);
  }
  return bytes;
}
