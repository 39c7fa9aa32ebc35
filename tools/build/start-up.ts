/** What a bundled program loads before it runs its first line. */
import type { Metafile } from "esbuild";

export interface StartUp {
  /** Of the entry point and every file it imports statically. */
  readonly bytes: number;
  /** Packages that are loaded too, because an import of them is static; Node's own modules left out. */
  readonly packages: readonly string[];
}

/** `name`: the entry point's file name in the output folder, e.g. "fcn.js". */
export function startUpOf(metafile: Metafile, name: string, builtin: readonly string[]): StartUp {
  return follow(metafile, name, ["import-statement", "require-call"], builtin);
}

/** Everything that it can ever load, Node's own modules among the packages. */
export function reachOf(metafile: Metafile, name: string): StartUp {
  return follow(metafile, name, ["import-statement", "require-call", "dynamic-import"], []);
}

function follow(
  metafile: Metafile,
  name: string,
  kinds: readonly string[],
  builtin: readonly string[],
): StartUp {
  const entry = Object.keys(metafile.outputs).find((path) => path.split("/").at(-1) === name);
  if (entry === undefined) throw new Error(`the bundle has no ${name}`);
  const seen = new Set<string>();
  const packages = new Set<string>();
  const queue = [entry];
  let bytes = 0;
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const output = metafile.outputs[path];
    bytes += output?.bytes ?? 0;
    for (const part of output?.imports ?? []) {
      if (!kinds.includes(part.kind)) continue;
      if (part.external !== true) queue.push(part.path);
      else if (!builtin.includes(part.path.replace(/^node:/, ""))) packages.add(part.path);
    }
  }
  return { bytes, packages: [...packages].sort() };
}
