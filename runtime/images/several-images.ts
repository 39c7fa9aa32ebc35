/** Files that hold several images, of which one would be read without a word. */
import { UserError } from "../user-error.ts";

/** @throws UserError for more than one */
export function refuseSeveral(file: string, count: number, what: "pages" | "frames"): void {
  if (count <= 1) return;
  throw new UserError(
    `${file} holds ${count} ${what}, and an image file is read as one image`,
    what === "pages"
      ? "in a train section, add slices to the folder; elsewhere name one page by its number from 0, as in volume.tif#3, or save it as a separate file"
      : `save each of the ${what} you need as a separate file`,
  );
}

export function noSuchImage(reference: string, slice: number, count: number): UserError {
  return new UserError(
    `${reference}: there is no image ${slice}`,
    count === 1 ? "the file holds one image" : `the file has ${count}, numbered from 0`,
  );
}

/** For a file of one image. @throws UserError when another than the first is asked for */
export function refuseSlice(reference: string, slice: number | undefined): void {
  if (slice === undefined || slice === 0) return;
  throw noSuchImage(reference, slice, 1);
}
