/** An image resized row by row: bilinear between pixel centres, as augmentation resizes in training. */
import { UserError } from "../../user-error.ts";
import type { Raster, Samples } from "../raster.ts";
import type { ImageRows } from "./image-rows.ts";

/**
 * Samples of 0 … 1; edges of both images match, and beyond the outermost centres the outermost pixels are repeated. Rows are read as
 * they are needed.
 */
export function resizedRows(
  rows: ImageRows,
  [height, width]: readonly [height: number, width: number],
): ImageRows {
  const { channels } = rows;
  const across = placesOf(rows.width, width);
  const down = placesOf(rows.height, height);
  const held = new Map<number, Float32Array>();
  let read = 0;
  let at = 0;
  /** A row of the image, resized along its width. */
  const rowAt = async (row: number): Promise<Float32Array> => {
    while (read <= row) {
      const raster = await rows.next(1);
      if (raster.height === 0) throw new UserError(`row ${row} of an image is missing`);
      held.set(read++, resizedRow(raster, across));
    }
    const found = held.get(row);
    if (found === undefined) throw new Error(`row ${row} is no longer held`);
    return found;
  };
  const next = async (count: number): Promise<Raster> => {
    const given = Math.min(count, height - at);
    const data = new Float32Array(given * width * channels);
    for (let row = 0; row < given; row++, at++) {
      const { first = 0, second = 0, share = 0 } = down[at] ?? {};
      const [top, bottom] = [await rowAt(first), await rowAt(second)];
      const start = row * width * channels;
      for (let i = 0; i < width * channels; i++)
        data[start + i] = (1 - share) * (top[i] ?? 0) + share * (bottom[i] ?? 0);
      for (const old of held.keys()) if (old < first) held.delete(old);
    }
    return { width, height: given, channels, fullScale: 1, data };
  };
  return { width, height, channels, fullScale: 1, next, close: rows.close };
}

interface Place {
  readonly first: number;
  readonly second: number;
  /** Of the second. */
  readonly share: number;
}

/** Where each of `to` pixels is among `from`. */
function placesOf(from: number, to: number): readonly Place[] {
  return Array.from({ length: to }, (_, pixel) => {
    const at = Math.min(Math.max(((pixel + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(at);
    return { first, second: Math.min(first + 1, from - 1), share: at - first };
  });
}

function resizedRow(
  { data, channels, fullScale }: { readonly data: Samples } & Pick<Raster, "channels" | "fullScale">,
  places: readonly Place[],
): Float32Array {
  const row = new Float32Array(places.length * channels);
  let to = 0;
  for (const { first, second, share } of places)
    for (let channel = 0; channel < channels; channel++) {
      const [left, right] = [data[first * channels + channel] ?? 0, data[second * channels + channel] ?? 0];
      row[to++] = ((1 - share) * left + share * right) / fullScale;
    }
  return row;
}
