/** Imported `.fcn` files from disk, beside the file that imports them. */
import { dirname, isAbsolute, join } from "node:path";
import type { SourceHost } from "../../compiler/compile.ts";
import { UserError } from "../../runtime/user-error.ts";
import { readIfThere } from "./read-source-file.ts";

/**
 * A host for `compile`. `.fcn` is added to a specifier that lacks it.
 * `lookedAt` is called with every path that was tried, whether or not a file exists there.
 */
export function createFileHost(lookedAt: (path: string) => void = () => {}): SourceHost {
  return {
    read: (specifier, from) => {
      const name = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
      if (name.includes("\0")) return undefined;
      const path = isAbsolute(name) ? name : join(dirname(from), name);
      lookedAt(path);
      return readImport(path);
    },
  };
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
