/** An image of an array file (NPY, NIfTI), a few rows at a time. */
import { checkFinite } from "../read-image.ts";
import { imagePlace } from "../stacks/image-place.ts";
import { openStack, type StackFormat } from "../stacks/open-stack.ts";
import { imageOf, rasterOf } from "../stacks/stored-array.ts";
import type { ImageRows } from "./image-rows.ts";

/** @throws UserError as `readImage` */
export async function arrayRows(path: string, format: StackFormat): Promise<ImageRows> {
  const { file, slice } = imagePlace(path);
  const stack = await openStack(file, format, slice !== undefined);
  const { height, width } = stack;
  const rowsFrom = async (first: number, count: number) =>
    checkFinite(rasterOf(await imageOf(stack, path, slice, { first, count })), path, first);
  // no rows say of which type the samples are
  const { channels, fullScale } = await rowsFrom(0, 0);
  let at = 0;
  return {
    width,
    height,
    channels,
    fullScale,
    next: async (count) => {
      const rows = await rowsFrom(at, Math.min(count, height - at));
      at += rows.height;
      return rows;
    },
    close: async () => {},
  };
}
