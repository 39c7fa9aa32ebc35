/** Files that hold several images, of which one would be read without a word. */
import { UserError } from "../user-error.ts";

/** @throws UserError for more than one */
export function refuseSeveral(file: string, count: number, what: "pages" | "frames"): void {
  if (count <= 1) return;
  throw new UserError(
    `${file} holds ${count} ${what}, and an image file is read as one image`,
    `Save each of the ${what} you need as a separate file.`,
  );
}
