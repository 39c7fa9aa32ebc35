/** NPY files written row by row (NumPy enhancement proposal 1, version 1.0), whole or not at all. */
import { GrowingFile } from "../../files/atomic-write.ts";
import type { Samples } from "../raster.ts";
import { littleEndian, RowCount } from "./row-count.ts";
import type { SampleForm, SampleWriter } from "./sample-form.ts";

const types = { uint8: "|u1", uint16: "<u2", float32: "<f4" } as const;

/** [height, width], and [height, width, channels] of several; of several images their number first. */
export class NpyWriter implements SampleWriter {
  readonly #file: GrowingFile;
  readonly #rows: RowCount;

  private constructor(file: GrowingFile, form: SampleForm) {
    this.#file = file;
    this.#rows = new RowCount(form);
  }

  /** @param images left out: one, which has no axis of its own. @throws UserError when the file cannot be written */
  static async open(path: string, form: SampleForm, images?: number): Promise<NpyWriter> {
    const file = await GrowingFile.open(path);
    await file.append(headerOf(form, images));
    return new NpyWriter(file, { ...form, height: form.height * (images ?? 1) });
  }

  async write(samples: Samples): Promise<void> {
    this.#rows.add(samples);
    await this.#file.append(littleEndian(samples));
  }

  async finish(): Promise<void> {
    this.#rows.checkComplete();
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }
}

/** Magic string, version, length, and a Python dictionary, so that the data begins at a multiple of 64. */
function headerOf({ height, width, channels, type }: SampleForm, images: number | undefined): Uint8Array {
  const shape = [
    ...(images === undefined ? [] : [images]),
    height,
    width,
    ...(channels === 1 ? [] : [channels]),
  ].join(", ");
  const text = `{'descr': '${types[type]}', 'fortran_order': False, 'shape': (${shape}), }`;
  const start = 10;
  const length = Math.ceil((start + text.length + 1) / 64) * 64 - start;
  const header = Buffer.alloc(start + length, " ", "latin1");
  header.write("\x93NUMPY\x01\x00", 0, "latin1");
  header.writeUInt16LE(length, 8);
  header.write(text, start, "latin1");
  header.write("\n", start + length - 1, "latin1");
  return header;
}
