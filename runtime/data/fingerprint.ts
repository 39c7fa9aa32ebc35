/** What tells whether two files show the same image: its pixels, and how it looks when it is small. */
import { createHash } from "node:crypto";
import { convertChannels } from "../images/convert-channels.ts";
import type { Raster } from "../images/raster.ts";
import { readImageWithGaps } from "../images/read-image.ts";
import { openRows, rowsOf } from "../images/rows/open-rows.ts";
import { isLarge } from "../images/rows/scan-image.ts";

export interface Fingerprint {
  /** SHA-256 of size and samples, whatever the format of the file. */
  readonly pixels: string;
  /** 256 bits in words of 16; `undefined`: the image is too even to be recognised. */
  readonly look: readonly number[] | undefined;
}

/** Brighter from one column to the next, of 16 by 17 means. */
const [rows, columns] = [16, 17];
/** Levels of 255 by which the means must differ. */
const leastContrast = 4;

/** Rows of a large image that are in memory at a time. */
const together = 64;

/** @throws UserError naming the file that cannot be read */
export async function fingerprintOf(file: string): Promise<Fingerprint> {
  const image = (await isLarge(file)) ? await openRows(file) : rowsOf(await readImageWithGaps(file));
  try {
    const hash = createHash("sha256");
    const look = new SmallImage(image);
    for (let at = 0; at < image.height; at += together) {
      const rows = await image.next(together);
      const { data } = rows;
      if (at === 0) hash.update(`${image.height} ${image.width} ${image.channels} ${data.constructor.name} `);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      look.add(rows, at);
    }
    return { pixels: hash.digest("hex"), look: look.words() };
  } finally {
    await image.close();
  }
}

/** The means of an image, and what tells them from those of others: the difference hash of Krawetz 2013, finer. */
class SmallImage {
  readonly #height: number;
  readonly #sums = new Float64Array(rows * columns);
  readonly #counts = new Float64Array(rows * columns);
  readonly #fullScale: number;

  constructor({ height, fullScale }: Pick<Raster, "height" | "fullScale">) {
    this.#height = height;
    this.#fullScale = fullScale;
  }

  /** @param first row of the image */
  add({ height, width, channels, data }: Raster, first: number): void {
    const grey = convertChannels(data, channels, 1);
    for (let y = 0; y < height; y++) {
      const row = Math.floor(((first + y) * rows) / this.#height) * columns;
      for (let x = 0; x < width; x++) {
        const at = row + Math.floor((x * columns) / width);
        this.#sums[at] = (this.#sums[at] ?? 0) + (grey[y * width + x] ?? 0);
        this.#counts[at] = (this.#counts[at] ?? 0) + 1;
      }
    }
  }

  words(): readonly number[] | undefined {
    const means = this.#sums.map((sum, i) => sum / Math.max(1, this.#counts[i] ?? 0));
    const range =
      means.reduce((most, mean) => Math.max(most, mean)) -
      means.reduce((least, mean) => Math.min(least, mean));
    const scale = this.#fullScale === 1 ? range : this.#fullScale;
    if (!(range > 0) || (255 * range) / scale < leastContrast) return undefined;
    return Array.from({ length: rows }, (_, y) => {
      let word = 0;
      for (let x = 0; x + 1 < columns; x++)
        word = (word << 1) | Number((means[y * columns + x + 1] ?? 0) > (means[y * columns + x] ?? 0));
      return word;
    });
  }
}
