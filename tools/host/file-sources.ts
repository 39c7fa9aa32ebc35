/** Imported `.fcn` files from disk, beside the file that imports them. */
import { statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { SourceHost } from "../../compiler/compile.ts";
import { projectMarker } from "../../compiler/source.ts";
import { UserError } from "../../runtime/user-error.ts";
import { readIfThere } from "./read-source-file.ts";

/**
 * A host for `compile`. `.fcn` is added to a specifier that lacks it. Folders are those of the paths as they are written: links
 * among them are not resolved, neither for `..` nor for the project of a file.
 * `lookedAt` is called with every path that was tried, whether or not a file exists there.
 */
export function createFileHost(lookedAt: (path: string) => void = () => {}): SourceHost {
  return {
    read: (specifier, from) => {
      const name = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
      if (name.includes("\0")) return undefined;
      const path = isAbsolute(name) ? name : shortened(join(dirname(from), name));
      lookedAt(path);
      return readImport(path);
    },
    project: (from) => {
      for (let folder = dirname(resolve(from)); ; folder = dirname(folder)) {
        const marker = join(folder, projectMarker);
        const path = isAbsolute(from) ? marker : relative("", marker);
        lookedAt(path);
        if (isFile(marker)) return path;
        if (folder === dirname(folder)) return undefined;
      }
    },
  };
}

/** A path from the working folder, the same for a file wherever it is imported from; an absolute one stays. */
function shortened(path: string): string {
  return isAbsolute(path) ? path : relative("", path);
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EACCES" || code === "ENOTDIR" || code === "ELOOP") return false; // the file cannot be in that project
    throw error;
  }
}

/** What keeps a file from being read is a mistake of the import that names it. */
function readImport(path: string): ReturnType<SourceHost["read"]> {
  try {
    return readIfThere(path, path, { regular: true });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const unreadable = error.message.replace(`${path}: `, "");
    return { path, unreadable, wayOut: error.help ?? "import a .fcn file" };
  }
}
