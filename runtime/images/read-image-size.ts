/** An image's size, from its header alone. */
import { open } from "node:fs/promises";
import { UserError } from "../user-error.ts";
import { isPng, readImageBytes, undecodable } from "./read-bytes.ts";

/**
 * As `readImage` would give it: JPEG sizes after the turn of the EXIF orientation.
 * @throws UserError naming the file
 */
export async function readImageSize(path: string): Promise<readonly [height: number, width: number]> {
  const header = new Uint8Array(24);
  let length = 0;
  try {
    const handle = await open(path);
    try {
      length = (await handle.read(header, 0, 24, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (length === 24 && isPng(header)) {
    const view = new DataView(header.buffer); // width and height, big-endian: PNG specification, section 11.2.1
    return [view.getUint32(20), view.getUint32(16)];
  }
  const bytes = await readImageBytes(path);
  const { default: sharp } = await import("sharp");
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return [autoOrient.height, autoOrient.width];
  } catch (error) {
    throw undecodable(path, error);
  }
}
