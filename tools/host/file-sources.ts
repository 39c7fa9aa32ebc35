/** Imported `.fcn` files from disk: `std/…` from the prelude, everything else beside the file that imports it. */
import { dirname, isAbsolute, join, normalize } from "node:path";
import type { SourceHost } from "../../compiler/compile.ts";
import { UserError } from "../../runtime/user-error.ts";
import { packageRoot } from "./package-root.ts";
import { readIfThere } from "./read-source-file.ts";

const standard = "std/";

/**
 * A host for `compile`. `.fcn` is added to a specifier that lacks it. A prelude file is called `std/encoders.fcn`
 * wherever it is on disk; what it imports relatively is looked for in the prelude, never outside it.
 * `lookedAt` is called with every path outside the prelude that was tried, whether or not a file exists there.
 */
export function createFileHost(lookedAt: (path: string) => void = () => {}): SourceHost {
  return {
    read: (specifier, from) => {
      const name = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
      if (name.includes("\0")) return undefined;
      if (name.startsWith(standard)) return readPrelude(name);
      if (from.startsWith(standard)) return readPrelude(slashed(join(dirname(from), name)));
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

function readPrelude(name: string): ReturnType<SourceHost["read"]> {
  const path = slashed(normalize(name));
  if (!path.startsWith(standard)) return undefined;
  return readIfThere(join(packageRoot(), "compiler", "prelude", path.slice(standard.length)), path);
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
