/** The rows that were written of a file, and their samples as bytes. */
import type { Samples } from "../raster.ts";
import type { SampleForm } from "./sample-form.ts";

const arrays = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;

export class RowCount {
  readonly #form: SampleForm;
  #rows = 0;

  constructor(form: SampleForm) {
    this.#form = form;
  }

  /** @returns how many. @throws RangeError for samples of another type, or that are no whole rows or too many */
  add(samples: Samples): number {
    const { width, channels, height, type } = this.#form;
    const rows = samples.length / (width * channels);
    if (!(samples instanceof arrays[type])) throw new RangeError(`${type} samples are written`);
    if (!Number.isInteger(rows) || this.#rows + rows > height)
      throw new RangeError(
        `${samples.length} samples for rows of ${width * channels}, ${this.#rows} of ${height} written`,
      );
    this.#rows += rows;
    return rows;
  }

  /** @throws Error while rows are missing */
  checkComplete(): void {
    if (this.#rows !== this.#form.height)
      throw new Error(`${this.#rows} of ${this.#form.height} rows are written`);
  }
}

const machineIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A view, or on a machine with the other byte order a copy. */
export function littleEndian(samples: Samples): Uint8Array {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = samples;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (machineIsLittle || size === 1) return bytes;
  const turned = Buffer.from(bytes);
  return size === 2 ? turned.swap16() : turned.swap32();
}
