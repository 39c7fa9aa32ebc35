/** What the system says of a file, in words. */

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "its disk is read-only"],
  ["ENOSPC", "its disk is full"],
  ["EDQUOT", "your disk quota is exceeded"],
  ["EFBIG", "it would exceed the file size limit"],
  ["ENOTDIR", "a part of its path is a file, not a folder"],
  ["EEXIST", "it is a file, not a folder"],
  ["EISDIR", "it is a folder, not a file"],
  ["ENOENT", "its folder does not exist"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ELOOP", "its path has too many symbolic links"],
  ["EMFILE", "too many files are open"],
  ["EIO", "its device reported an input/output error"],
]);

/** "ENOENT" and the like; `undefined` for what is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function reasonOf(error: unknown): string {
  const known = reasons.get(errorCode(error) ?? "");
  return known ?? (error instanceof Error ? error.message : String(error));
}
