/** What tells whether two files show the same image: its pixels, and how it looks when it is small. */
import { createHash } from "node:crypto";
import { convertChannels } from "../images/convert-channels.ts";
import type { Raster } from "../images/raster.ts";
import { readImageWithGaps } from "../images/read-image.ts";

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

/** @throws UserError naming the file that cannot be read */
export async function fingerprintOf(file: string): Promise<Fingerprint> {
  const image = await readImageWithGaps(file);
  const { height, width, channels, data } = image;
  const hash = createHash("sha256").update(`${height} ${width} ${channels} ${data.constructor.name} `);
  hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return { pixels: hash.digest("hex"), look: lookOf(image) };
}

/** The difference hash of Krawetz 2013, finer. */
function lookOf({ height, width, channels, fullScale, data }: Raster): readonly number[] | undefined {
  const grey = convertChannels(data, channels, 1);
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor((x * columns) / width);
      sums[at] = (sums[at] ?? 0) + (grey[y * width + x] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  const means = sums.map((sum, i) => sum / Math.max(1, counts[i] ?? 0));
  const range =
    means.reduce((most, mean) => Math.max(most, mean)) - means.reduce((least, mean) => Math.min(least, mean));
  const scale = fullScale === 1 ? range : fullScale;
  if (!(range > 0) || (255 * range) / scale < leastContrast) return undefined;
  return Array.from({ length: rows }, (_, y) => {
    let word = 0;
    for (let x = 0; x + 1 < columns; x++)
      word = (word << 1) | Number((means[y * columns + x + 1] ?? 0) > (means[y * columns + x] ?? 0));
    return word;
  });
}
