/** Files of samples written row by row, in one of several formats. */
import type { Colour } from "../raster.ts";
import { NpyWriter } from "./npy-writer.ts";
import { PngWriter } from "./png-writer.ts";
import type { SampleFile, SampleForm, SampleFormat, SampleWriter } from "./sample-form.ts";
import type { StackFiles } from "./stack-files.ts";
import { TiffWriter } from "./tiff-writer.ts";

export function extensionOf(format: SampleFormat): string {
  return { png: "png", tiff: "tif", npy: "npy" }[format];
}

/**
 * PNG files have integers of 1 or 3 channels.
 * @param palette of a PNG file of 1 channel of 8 bits
 * @throws UserError when the file cannot be written
 */
export async function openSamples(
  path: string,
  format: SampleFormat,
  form: SampleForm,
  palette?: readonly Colour[],
): Promise<SampleWriter> {
  switch (format) {
    case "tiff":
      return TiffWriter.open(path, form);
    case "npy":
      return NpyWriter.open(path, form);
    case "png":
      return openPng(path, form, palette);
  }
}

/**
 * The same of a file that may hold several images.
 * @param stacks those that are open; a file of several needs them
 */
export function openSampleFile(
  { path, format, page }: SampleFile,
  form: SampleForm,
  {
    palette,
    stacks,
  }: { readonly palette?: readonly Colour[] | undefined; readonly stacks?: StackFiles | undefined },
): Promise<SampleWriter> {
  if (page === undefined) return openSamples(path, format, form, palette);
  if (stacks === undefined || format === "png") throw new Error(`${path} is not written image by image`);
  return stacks.openPage(path, format, form, page);
}

async function openPng(
  path: string,
  { width, height, channels, type }: SampleForm,
  palette: readonly Colour[] | undefined,
): Promise<SampleWriter> {
  if (type === "float32" || (channels !== 1 && channels !== 3))
    throw new Error(`a PNG file has no ${channels} channels of ${type}`);
  const depth = type === "uint8" ? 8 : 16;
  const png = await PngWriter.open(path, { width, height, channels, depth, palette });
  return {
    write: (samples) => {
      if (samples instanceof Float32Array) throw new Error("a PNG file has integers");
      return png.write(samples);
    },
    finish: () => png.finish(),
    discard: () => png.discard(),
  };
}
