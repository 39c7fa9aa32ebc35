/** How the samples of a TIFF file are compressed. */
import type { ByteSource } from "../byte-source.ts";
import { findPages, numbersOf, readDirectory } from "./directory.ts";
import { tags } from "./page.ts";

/** JPEG as of TIFF 6.0 and of its Technical Note 2, and that of DNG. */
const lossyJpeg: readonly number[] = [6, 7, 34892];

/**
 * Whether a page is compressed as JPEG, which changes its samples (TIFF revision 6.0, sections 2 and 22; BigTIFF). `false` for a file
 * that ends before the answer: its decoder says what is wrong with it.
 *
 * @param page from 0
 */
export async function isJpegTiff(source: ByteSource, page: number): Promise<boolean> {
  try {
    const places = await findPages(source, page + 1);
    const at = places.pages[page];
    if (at === undefined) return false;
    const directory = await readDirectory(source, at, places, new Set([tags.compression]));
    return lossyJpeg.includes(numbersOf(directory, tags.compression)?.[0] ?? 1);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
