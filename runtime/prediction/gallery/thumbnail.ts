/** Small copies of an image and its labels, made row by row. */
import { convertChannels } from "../../images/convert-channels.ts";
import { eightBits } from "../../images/eight-bits.ts";
import type { ClassRaster, Raster } from "../../images/raster.ts";

/** Pixels of the longer side. */
export const thumbnailSide = 360;

export interface Thumbnail {
  /** RGB of 8 bits: the mean of the pixels that each one stands for. */
  readonly image: Raster;
  /** The class of the pixel in the middle of those. */
  readonly labels: ClassRaster;
}

export class ThumbnailRows {
  readonly #size: { readonly height: number; readonly width: number };
  readonly #height: number;
  readonly #width: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #labels: Int32Array;
  #row = 0;

  /** @param size of the image in pixels */
  constructor(size: { readonly height: number; readonly width: number }) {
    this.#size = size;
    const factor = Math.min(1, thumbnailSide / Math.max(size.height, size.width));
    this.#height = Math.max(1, Math.round(size.height * factor));
    this.#width = Math.max(1, Math.round(size.width * factor));
    this.#sums = new Float64Array(3 * this.#height * this.#width);
    this.#counts = new Uint32Array(this.#height * this.#width);
    this.#labels = new Int32Array(this.#height * this.#width);
  }

  add(labels: ClassRaster, shown: Raster): void {
    const { height, width } = this.#size;
    const rgb = convertChannels(eightBits(shown).data, shown.channels, 3);
    for (let y = 0; y < labels.height; y++, this.#row++) {
      const down = Math.floor((this.#row * this.#height) / height);
      const middleRow = this.#row === Math.floor(((down + 0.5) * height) / this.#height);
      for (let x = 0; x < width; x++) {
        const across = Math.floor((x * this.#width) / width);
        const [to, from] = [down * this.#width + across, y * width + x];
        for (let c = 0; c < 3; c++)
          this.#sums[3 * to + c] = (this.#sums[3 * to + c] ?? 0) + (rgb[3 * from + c] ?? 0);
        this.#counts[to] = (this.#counts[to] ?? 0) + 1;
        if (middleRow && x === Math.floor(((across + 0.5) * width) / this.#width))
          this.#labels[to] = labels.values[from] ?? 0;
      }
    }
  }

  made(): Thumbnail {
    const [height, width] = [this.#height, this.#width];
    const data = Uint8Array.from(this.#sums, (sum, i) =>
      Math.round(sum / Math.max(1, this.#counts[Math.floor(i / 3)] ?? 0)),
    );
    return {
      image: { height, width, channels: 3, fullScale: 255, data },
      labels: { height, width, values: this.#labels },
    };
  }
}
