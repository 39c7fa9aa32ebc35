/** Imported files as texts by path, for programs without a disk: an editor in a browser, a test. */
import { projectMarker, type SourceHost } from "./source.ts";

/**
 * A host for `compile`. Paths are relative, with slashes: "nets/u-net.fcn". `.fcn` is added to a specifier that lacks it.
 * @param texts may change between two compilations
 */
export function createTextHost(texts: ReadonlyMap<string, string>): SourceHost {
  return {
    read: (specifier, from) => {
      const name = specifier.endsWith(".fcn") ? specifier : `${specifier}.fcn`;
      const path = joined(foldersOf(from), name);
      const text = path === undefined ? undefined : texts.get(path);
      return path === undefined || text === undefined ? undefined : { path, text };
    },
    project: (from) => {
      const folders = foldersOf(from);
      for (let depth = folders.length; depth >= 0; depth--) {
        const marker = [...folders.slice(0, depth), projectMarker].join("/");
        if (texts.has(marker)) return marker;
      }
      return undefined;
    },
  };
}

function foldersOf(path: string): readonly string[] {
  return path.split("/").slice(0, -1);
}

/** `undefined`: the name climbs above the first folder, where there are no texts. */
function joined(folders: readonly string[], name: string): string | undefined {
  const parts = [...folders];
  for (const part of name.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
