/** How many images a file holds. */
import { UserError } from "../../user-error.ts";
import { countPages } from "../decode-with-sharp.ts";
import { signatureLength } from "../image-format.ts";
import { readImageBytes } from "../read-bytes.ts";
import { countTiffPages } from "../tiff/tiff-file.ts";
import { isStackFormat, openStack } from "./open-stack.ts";

/** Pages of a TIFF file, the first axis of an NPY array, slices of a NIfTI volume; 1 of other images. @throws UserError naming the file */
export async function countSlices(file: string): Promise<number> {
  const { format } = await readImageBytes(file, signatureLength);
  if (isStackFormat(format)) return (await openStack(file, format, true)).count ?? 1;
  if (format !== "TIFF") return 1;
  return (await countTiffPages(file)) ?? countPages((await readImageBytes(file)).bytes, file);
}

/**
 * Images of a file that is read as many without being told so: pages of a TIFF file, slices of a NIfTI volume, an NPY array whose shape is
 * that of no single image. 1 of others, and of what cannot be read: reading it says why.
 */
export async function countImages(file: string): Promise<number> {
  if (!/\.(?:tiff?|npy|nii|nii\.gz)$/i.test(file)) return 1;
  try {
    const { format } = await readImageBytes(file, signatureLength);
    if (format !== "NPY") return await countSlices(file);
    const asImage = await openStack(file, format, false).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    return asImage === undefined ? await countSlices(file) : (asImage.count ?? 1);
  } catch (error) {
    if (error instanceof UserError) return 1;
    throw error;
  }
}
