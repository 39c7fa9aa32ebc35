/** What keeps a file or folder from being written, said for people. */
import { UserError } from "./user-error.ts";

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "its disk is read-only"],
  ["ENOSPC", "its disk is full"],
  ["EDQUOT", "your quota on its disk is used up"],
  ["EFBIG", "it would be larger than files may be here"],
  ["ENOTDIR", "a part of its path is a file, not a folder"],
  ["EEXIST", "it is a file, not a folder"],
  ["EISDIR", "it is a folder, not a file"],
  ["ENOENT", "its folder does not exist"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ELOOP", "its path goes through too many links"],
]);

/** @param error what the file system threw; anything that is not such an error is thrown on as it is. */
export function cannotWrite(path: string, error: unknown, help?: string): UserError {
  if (!(error instanceof Error && "code" in error)) throw error;
  return new UserError(
    `${path} cannot be written: ${reasons.get(String(error.code)) ?? error.message}`,
    help ?? "Check that its folder exists, may be written to and has room.",
  );
}
