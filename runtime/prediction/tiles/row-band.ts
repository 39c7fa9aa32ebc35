/** The rows of an image that a row of tiles sees, and tiles of them as a network's input. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { MapBatch, Normalisation } from "../../arrays.ts";
import { normaliseSamples } from "../../data/normalise-image.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { sourcesOfInput } from "../../fit/fit-axis.ts";
import type { Samples } from "../../images/raster.ts";
import type { ImageRows } from "../../images/rows/image-rows.ts";

/** Rows of the image that are decoded at a time. */
const rowsRead = 32;

export class RowBand {
  readonly #rows: ImageRows;
  readonly #normalisation: Normalisation | undefined;
  /** The image's row and column that each pixel of the padded input shows. */
  readonly #sources: PerAxis<Int32Array>;
  /** Rows of the image from `#from` on. */
  #held: Samples[] = [];
  #from = 0;
  /** Rows of before, to be written again. */
  readonly #free: Samples[] = [];

  /** @param normalisation left out: samples are 0 … 1 */
  constructor(rows: ImageRows, fit: ImageFit, normalisation?: Normalisation) {
    this.#rows = rows;
    this.#normalisation = normalisation;
    const [vertical, horizontal] = fit.axes;
    this.#sources = [
      sourcesOfInput(rows.height, vertical.input, vertical.before),
      sourcesOfInput(rows.width, horizontal.input, horizontal.before),
    ];
  }

  /** Reads on to the rows that `count` rows of the padded input from `first` on show, and forgets those before them. */
  async show(first: number, count: number): Promise<void> {
    const shown = this.#sources[0].subarray(first, first + count);
    const [least, end] = [shown.reduce((a, b) => Math.min(a, b)), shown.reduce((a, b) => Math.max(a, b)) + 1];
    if (least < this.#from) throw new Error(`row ${least} of the image is no longer held`);
    this.#free.push(...this.#held.splice(0, least - this.#from));
    this.#from = least;
    const perRow = this.#rows.width * this.#rows.channels;
    for (;;) {
      const missing = end - this.#from - this.#held.length;
      if (missing <= 0) return;
      const { data, height } = await this.#rows.next(Math.min(missing, rowsRead));
      if (height === 0) throw new Error(`row ${end - missing} of the image is missing`);
      // copies, into rows that were forgotten: the memory is that of the rows of a tile, however many pass through it
      for (let row = 0; row < height; row++) {
        const own = data.subarray(row * perRow, (row + 1) * perRow);
        const free = this.#free.pop();
        free?.set(own);
        this.#held.push(free ?? own.slice());
      }
    }
  }

  /** [1, height, width, channels]: `size` of the padded input from `origin` on. Its rows are shown. */
  tile(origin: PerAxis<number>, size: PerAxis<number>): MapBatch {
    const [rows, columns] = this.#sources;
    const { channels, fullScale } = this.#rows;
    const data = new Float32Array(size[0] * size[1] * channels);
    let to = 0;
    for (let y = 0; y < size[0]; y++) {
      const line = this.#held[(rows[origin[0] + y] ?? -1) - this.#from];
      if (line === undefined) throw new Error(`row ${y} of a tile is not held`);
      for (let x = 0; x < size[1]; x++) {
        const from = (columns[origin[1] + x] ?? 0) * channels;
        for (let channel = 0; channel < channels; channel++)
          data[to++] = (line[from + channel] ?? 0) / fullScale;
      }
    }
    if (this.#normalisation !== undefined) normaliseSamples(data, channels, this.#normalisation);
    return { data, shape: [1, size[0], size[1], channels] };
  }
}
