/** Images of array files (NPY, NIfTI) as numbers, and what they mean as an image and as labels. */
import { UserError } from "../../user-error.ts";
import type { LabelImage } from "../label-image.ts";
import { packColour } from "../label-image.ts";
import { checkPixels } from "../pixel-limit.ts";
import type { Raster } from "../raster.ts";
import { noSuchImage } from "../several-images.ts";

export interface StoredArray {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** "bool" is 0 and 1; "other": numbers as they are, without a full scale. */
  readonly type: "bool" | "uint8" | "uint16" | "other";
  /** [height, width, channels] */
  readonly values: Float64Array;
}

/** Consecutive rows of an image. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** An array file, of which single images and rows are read. */
export interface ImageStack {
  /** `undefined`: the array is one image. */
  readonly count: number | undefined;
  readonly height: number;
  readonly width: number;
  /** @throws UserError naming the file, when it ends before */
  readonly at: (slice: number, rows: RowRange) => Promise<StoredArray>;
}

/**
 * @param slice `undefined`: the file is to hold one image @param rows left out: all
 * @throws UserError naming the file, when it holds others
 */
export async function imageOf(
  stack: ImageStack,
  file: string,
  slice: number | undefined,
  rows: RowRange = { first: 0, count: stack.height },
): Promise<StoredArray> {
  checkPixels(file, stack.height, stack.width);
  if (slice === undefined && stack.count !== undefined && stack.count !== 1) {
    throw new UserError(
      `${file} holds ${stack.count} images, and an image file is read as one image`,
      "in a train section, add slices to the folder; elsewhere name one image by its number from 0, as in volume.npy#3",
    );
  }
  const count = stack.count ?? 1;
  if ((slice ?? 0) < count) return stack.at(slice ?? 0, rows);
  throw noSuchImage(file, slice ?? 0, count);
}

/** Integers of 8 and 16 bits have their full scale, other numbers stay as they are. */
export function rasterOf({ height, width, channels, type, values }: StoredArray): Raster {
  switch (type) {
    case "bool":
      return {
        height,
        width,
        channels,
        fullScale: 255,
        data: Uint8Array.from(values, (value) => 255 * value),
      };
    case "uint8":
      return { height, width, channels, fullScale: 255, data: Uint8Array.from(values) };
    case "uint16":
      return { height, width, channels, fullScale: 65535, data: Uint16Array.from(values) };
    case "other":
      return { height, width, channels, fullScale: 1, data: Float32Array.from(values) };
  }
}

/** @throws UserError for values that are no whole numbers from 0 to 65535, and for channels that are no colours */
export function labelsOf(
  {
    height,
    width,
    channels,
    type,
    values,
  }: Omit<StoredArray, "values"> & { readonly values: ArrayLike<number> },
  file: string,
): LabelImage {
  if (channels >= 3 && type === "uint8") {
    const colours = Int32Array.from({ length: height * width }, (_, i) =>
      packColour(values[i * channels] ?? 0, values[i * channels + 1] ?? 0, values[i * channels + 2] ?? 0),
    );
    return { width, height, kind: "colour", values: colours, palette: undefined };
  }
  const strange = firstStrange(values);
  if (channels === 1 && strange === undefined)
    return { width, height, kind: "grey", values: Uint16Array.from(values), palette: undefined };
  const reason =
    channels === 1 ? `has the value ${strange}` : `has ${channels} channels of other than 8 bits`;
  throw new UserError(
    `${file} ${reason}, and a label image holds whole numbers from 0 to 65535, or colours of 8 bits`,
    "save the labels as whole numbers, one for each class",
  );
}

/** The first value that is no whole number from 0 to 65535. */
function firstStrange(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isInteger(value) || value < 0 || value > 65535) return value;
  }
  return undefined;
}
