/** The array files that may hold several images, opened once for all images that are read of them in a row. */
import { stat } from "node:fs/promises";
import { type ByteSource, bytesInMemory, withBytes } from "../byte-source.ts";
import type { ImageFormat } from "../image-format.ts";
import { readImageBytes } from "../read-bytes.ts";
import { standardInput } from "../standard-input.ts";
import { readNifti } from "./nifti.ts";
import { readNpy } from "./npy.ts";
import type { ImageStack } from "./stored-array.ts";

export type StackFormat = Extract<ImageFormat, "NPY" | "NIfTI">;

export function isStackFormat(format: ImageFormat): format is StackFormat {
  return format === "NPY" || format === "NIfTI";
}

/** The last one, of this thread: the slices of a file are usually read one after the other. */
let last: { readonly key: string; readonly stack: Promise<ImageStack> } | undefined;

/** @param stacked whether the first axis of an NPY array counts images @throws UserError as `readImageBytes`, `readNpy`, `readNifti` */
export async function openStack(file: string, format: StackFormat, stacked: boolean): Promise<ImageStack> {
  const read = (source: ByteSource): Promise<ImageStack> =>
    format === "NPY" ? readNpy(source, file, stacked) : readNifti(source, file);
  if (file === standardInput) return read(bytesInMemory((await readImageBytes(file)).bytes));
  const { mtimeMs, size } = await stat(file);
  const key = JSON.stringify([file, mtimeMs, size, stacked]);
  if (last?.key === key) return last.stack;
  const stack = read({ size, read: (at, length) => withBytes(file, (source) => source.read(at, length)) });
  stack.catch(() => undefined); // thrown where it is asked for
  last = { key, stack };
  return stack;
}
