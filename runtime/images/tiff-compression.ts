/** How the samples of a TIFF file are compressed. */

const compressionTag = 259;
/** JPEG as of TIFF 6.0 and of its Technical Note 2, and that of DNG. */
const lossyJpeg = [6, 7, 34892];

/**
 * Whether a page is compressed as JPEG, which changes its samples (TIFF revision 6.0, sections 2 and 22; BigTIFF). `false` for a file
 * that ends before the answer: its decoder says what is wrong with it.
 *
 * @param page from 0
 */
export function isJpegTiff(bytes: Uint8Array, page: number): boolean {
  try {
    return lossyJpeg.includes(compressionOf(bytes, page));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** @throws RangeError past the end of the file */
function compressionOf(bytes: Uint8Array, page: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const wide = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const entrySize = big ? 20 : 12;
  let directory = wide(big ? 8 : 4);
  for (let passed = 0; ; passed++) {
    const count = big ? wide(directory) : view.getUint16(directory, little);
    const first = directory + (big ? 8 : 2);
    if (passed === page) {
      for (let entry = 0; entry < count; entry++) {
        const at = first + entry * entrySize;
        if (view.getUint16(at, little) === compressionTag) return view.getUint16(at + (big ? 12 : 8), little);
      }
      return 1; // the default: none
    }
    directory = wide(first + count * entrySize);
    if (directory === 0) throw new RangeError(`there is no page ${page}`);
  }
}
