/** The error for a file or folder that cannot be written. */

import { UserError } from "../user-error.ts";
import { reasonOf } from "./file-error.ts";

/** @param error what the file system threw; anything that is not such an error is thrown on as it is. */
export function cannotWrite(path: string, error: unknown, help?: string): UserError {
  if (!(error instanceof Error && "code" in error)) throw error;
  return new UserError(
    `${path} cannot be written: ${reasonOf(error)}`,
    help ?? "check that its folder exists, is writable and has free space",
  );
}
