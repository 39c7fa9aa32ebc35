/** What the system says of a file, in words. */

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "a file of this name is in the way",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links form a loop",
  EMFILE: "too many files are open",
  EIO: "the device reports an input or output error",
};

/** "ENOENT" and the like; `undefined` for what is no error of the system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function reasonOf(error: unknown): string {
  const known = reasons[errorCode(error) ?? ""];
  return known ?? (error instanceof Error ? error.message : String(error));
}
