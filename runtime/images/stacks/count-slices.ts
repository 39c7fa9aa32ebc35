/** How many images a file holds. */
import { countPages } from "../decode-with-sharp.ts";
import { signatureLength } from "../image-format.ts";
import { readImageBytes } from "../read-bytes.ts";
import { isStackFormat, openStack } from "./open-stack.ts";

/** Pages of a TIFF file, the first axis of an NPY array, slices of a NIfTI volume; 1 of other images. @throws UserError naming the file */
export async function countSlices(file: string): Promise<number> {
  const { format } = await readImageBytes(file, signatureLength);
  if (isStackFormat(format)) return (await openStack(file, format, true)).count ?? 1;
  return format === "TIFF" ? countPages((await readImageBytes(file)).bytes, file) : 1;
}
