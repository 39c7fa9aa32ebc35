/** The rows of an image that a row of tiles sees, and tiles of them as a network's input. */
import type { PerAxis } from "../../../compiler/axis.ts";
import type { MapBatch, Normalisation } from "../../arrays.ts";
import { normaliseSamples } from "../../data/normalise-image.ts";
import type { ImageFit } from "../../fit/fit.ts";
import { sourcesOfInput } from "../../fit/fit-axis.ts";
import { likeSamples, type Samples } from "../../images/raster.ts";
import { type ImageRows, rowsAtATime } from "../../images/rows/image-rows.ts";

export class RowBand {
  readonly #rows: ImageRows;
  readonly #normalisation: Normalisation | undefined;
  /** The image's row and column that each pixel of the padded input shows. */
  readonly #sources: PerAxis<Int32Array>;
  /** Row `y` of the image is at `y` modulo `#capacity`: one array for all rows that pass through, which leaves no gaps in memory. */
  #held: Samples = new Uint8Array();
  #capacity = 0;
  /** Rows that are held, in the image. */
  #from = 0;
  #end = 0;
  /** Of the last tile, written again for the next. */
  #tile = new Float32Array();

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
    this.#from = least;
    const together = rowsAtATime(this.#rows.width * this.#rows.channels, 32);
    while (this.#end < end) {
      const { data, height } = await this.#rows.next(Math.min(end - this.#end, together));
      if (height === 0) throw new Error(`row ${this.#end} of the image is missing`);
      this.#hold(end - least, data);
      const perRow = this.#rows.width * this.#rows.channels;
      for (let row = 0; row < height; row++, this.#end++)
        this.#held.set(data.subarray(row * perRow, (row + 1) * perRow), this.#placeOf(this.#end));
    }
  }

  /** Makes room for so many rows of the type of `samples`; what is held stays. */
  #hold(rows: number, samples: Samples): void {
    if (rows <= this.#capacity) return;
    const perRow = this.#rows.width * this.#rows.channels;
    const [before, places] = [
      this.#held,
      Array.from({ length: this.#end - this.#from }, (_, i) => this.#placeOf(this.#from + i)),
    ];
    this.#capacity = rows;
    this.#held = likeSamples(samples, rows * perRow);
    for (const [i, place] of places.entries())
      this.#held.set(before.subarray(place, place + perRow), this.#placeOf(this.#from + i));
  }

  /** Where a row of the image begins. */
  #placeOf(row: number): number {
    return (row % this.#capacity) * this.#rows.width * this.#rows.channels;
  }

  /** [1, height, width, channels]: `size` of the padded input from `origin` on, whose rows are shown. The next tile overwrites it. */
  tile(origin: PerAxis<number>, size: PerAxis<number>): MapBatch {
    const [rows, columns] = this.#sources;
    const { channels, fullScale } = this.#rows;
    const length = size[0] * size[1] * channels;
    if (this.#tile.length !== length) this.#tile = new Float32Array(length);
    const [data, held] = [this.#tile, this.#held];
    let to = 0;
    for (let y = 0; y < size[0]; y++) {
      const row = rows[origin[0] + y] ?? -1;
      if (row < this.#from || row >= this.#end) throw new Error(`row ${y} of a tile is not held`);
      const line = this.#placeOf(row);
      for (let x = 0; x < size[1]; x++) {
        const from = line + (columns[origin[1] + x] ?? 0) * channels;
        for (let channel = 0; channel < channels; channel++)
          data[to++] = (held[from + channel] ?? 0) / fullScale;
      }
    }
    if (this.#normalisation !== undefined) normaliseSamples(data, channels, this.#normalisation);
    return { data, shape: [1, size[0], size[1], channels] };
  }
}
