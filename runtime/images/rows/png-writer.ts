/** PNG files written row by row (PNG specification, sections 5, 7 and 10), whole or not at all. */
import { once } from "node:events";
import { crc32, createDeflate, type Deflate } from "node:zlib";
import { GrowingFile } from "../../files/atomic-write.ts";
import { pngSignature } from "../image-format.ts";
import type { Colour } from "../raster.ts";

export interface PngForm {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly depth: 8 | 16;
  /** One colour an index; 1 channel of 8 bits then. */
  readonly palette?: readonly Colour[] | undefined;
}

/** Compressed bytes that become one chunk of data. */
const chunkBytes = 2 ** 18;

export class PngWriter {
  readonly #file: GrowingFile;
  readonly #form: PngForm;
  readonly #deflate: Deflate;
  readonly #written: Promise<void>;
  #rows = 0;

  private constructor(file: GrowingFile, form: PngForm) {
    this.#file = file;
    this.#form = form;
    this.#deflate = createDeflate({ chunkSize: chunkBytes });
    this.#written = this.#writeCompressed();
    this.#written.catch(() => undefined); // thrown where rows are written, or at the end
  }

  /** @throws UserError when the file cannot be written */
  static async open(path: string, form: PngForm): Promise<PngWriter> {
    const file = await GrowingFile.open(path);
    await file.append(Uint8Array.from(pngSignature));
    await file.append(chunk("IHDR", headerOf(form)));
    if (form.palette !== undefined) await file.append(chunk("PLTE", Uint8Array.from(form.palette.flat())));
    return new PngWriter(file, form);
  }

  /** @param samples [rows, width, channels], the rows after those written. @throws UserError when the file cannot be written */
  async write(samples: Uint8Array | Uint16Array): Promise<void> {
    const { width, channels, depth, height } = this.#form;
    const perRow = width * channels;
    const rows = samples.length / perRow;
    if (!Number.isInteger(rows) || this.#rows + rows > height)
      throw new RangeError(
        `${samples.length} samples for rows of ${perRow}, ${this.#rows} of ${height} written`,
      );
    this.#rows += rows;
    const lines = Buffer.alloc(rows * (1 + perRow * (depth / 8))); // each begins with filter 0
    let to = 0;
    for (let row = 0; row < rows; row++) {
      to += 1;
      const line = samples.subarray(row * perRow, (row + 1) * perRow);
      if (depth === 8) lines.set(line, to);
      else for (const [i, sample] of line.entries()) lines.writeUInt16BE(sample, to + 2 * i);
      to += perRow * (depth / 8);
    }
    if (!this.#deflate.write(lines)) await Promise.race([once(this.#deflate, "drain"), this.#written]);
  }

  /** The file is there afterwards. @throws UserError when it cannot be written */
  async finish(): Promise<void> {
    if (this.#rows !== this.#form.height)
      throw new Error(`${this.#rows} of ${this.#form.height} rows are written`);
    this.#deflate.end();
    await this.#written;
    await this.#file.append(chunk("IEND", new Uint8Array()));
    await this.#file.commit();
  }

  /** Leaves nothing behind; of a finished file, everything. */
  async discard(): Promise<void> {
    this.#deflate.destroy();
    await this.#written.catch(() => undefined); // nothing is kept of it
    await this.#file.discard();
  }

  async #writeCompressed(): Promise<void> {
    for await (const part of this.#deflate) await this.#file.append(chunk("IDAT", part as Buffer)); // of a stream of bytes
  }
}

/** Section 11.2.1. */
function headerOf({ width, height, channels, depth, palette }: PngForm): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes[8] = depth;
  bytes[9] = palette !== undefined ? 3 : channels === 3 ? 2 : 0;
  return bytes;
}

/** Section 5.3: length, name, content, and the checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(name, 4, "latin1");
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, content.length + 8)), content.length + 8);
  return bytes;
}
