/** A page of a TIFF file decoded a few rows of blocks at a time. */
import { type OpenBytes, openBytes } from "../byte-source.ts";
import { decodeWithSharp } from "../decode-with-sharp.ts";
import { likeSamples, type Raster } from "../raster.ts";
import { undecodable } from "../read-bytes.ts";
import { checkFinite } from "../read-image.ts";
import { imagePlace } from "../stacks/image-place.ts";
import type { TiffPage } from "../tiff/page.ts";
import { partOf } from "../tiff/part.ts";
import { findPage } from "../tiff/tiff-file.ts";
import { type ImageRows, rowsAtATime } from "./image-rows.ts";

/**
 * @returns `undefined` for a page that has no blocks to be read by themselves, or one alone
 * @throws UserError as `readImage`; of damage further down, `next`
 */
export async function tiffRows(reference: string): Promise<ImageRows | undefined> {
  const { file, slice } = imagePlace(reference);
  const source = await openBytes(file);
  try {
    const page = (await findPage(source, file, reference, slice))?.page;
    if (page === undefined || page.block.height >= page.height) {
      await source.close();
      return undefined;
    }
    return await rowsOfPage(reference, source, page);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function rowsOfPage(reference: string, source: OpenBytes, page: TiffPage): Promise<ImageRows> {
  const { width, height, block } = page;
  // whole rows of blocks
  const step = block.height * Math.max(1, Math.round(rowsAtATime(width) / block.height));
  const decode = async (top: number): Promise<Raster> => {
    const rows = Math.min(step, height - top);
    try {
      const { bytes } = await partOf(source, page, { top, left: 0, height: rows, width });
      return checkFinite(await decodeWithSharp(bytes, reference), reference, top);
    } catch (error) {
      throw error instanceof RangeError ? undecodable(reference, error) : error;
    }
  };
  // the first rows say of which type the samples are
  let held = await decode(0);
  const { channels, fullScale } = held;
  let [from, at] = [0, 0];
  const next = async (count: number): Promise<Raster> => {
    const rows = Math.min(count, height - at);
    const data = likeSamples(held.data, rows * width * channels);
    for (let row = 0; row < rows; ) {
      if (at >= from + held.height) {
        from += held.height;
        held = await decode(from);
      }
      const taken = Math.min(rows - row, from + held.height - at);
      const start = (at - from) * width * channels;
      data.set(held.data.subarray(start, start + taken * width * channels), row * width * channels);
      row += taken;
      at += taken;
    }
    return { width, height: rows, channels, fullScale, data };
  };
  return { width, height, channels, fullScale, next, close: source.close };
}
