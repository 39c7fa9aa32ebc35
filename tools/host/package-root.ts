/** The folder of this package, which contains the prelude, the examples and package.json. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packageName = "fcn-lang";
let known: string | undefined;

/** Found upwards from this file, so it holds for the sources and for the bundle in dist/ alike. */
export function packageRoot(): string {
  known ??= search(dirname(fileURLToPath(import.meta.url)));
  return known;
}

function search(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackage(folder)) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json of ${packageName} above ${start}`);
  }
}

function isPackage(folder: string): boolean {
  let text: string;
  try {
    text = readFileSync(join(folder, "package.json"), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
  return (JSON.parse(text) as { readonly name?: unknown }).name === packageName; // a package.json is an object
}
