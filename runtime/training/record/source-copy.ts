/** Copies of a program's files in the folder of its run, as they lie to each other. */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import type { SourceFile } from "../../../compiler/compile.ts";
import { isPartOf, writeAtomically } from "../../files/atomic-write.ts";
import { cannotWrite } from "../../files/cannot-write.ts";

/** Their paths below the deepest folder that holds them all, with slashes, in their order. */
export function relativePaths(files: readonly Pick<SourceFile, "path">[]): readonly string[] {
  const paths = files.map(({ path }) => resolve(path));
  const [first = ""] = paths;
  let common = dirname(first);
  while (!paths.every((path) => path.startsWith(common.endsWith(sep) ? common : common + sep)))
    common = dirname(common);
  return paths.map((path) => relative(common, path).split(sep).join("/"));
}

/** @param folder is made @throws UserError when a file cannot be written */
export async function copySource(folder: string, files: readonly SourceFile[]): Promise<void> {
  for (const [i, path] of relativePaths(files).entries()) {
    const file = join(folder, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
    } catch (error) {
      throw cannotWrite(file, error);
    }
    await writeAtomically(file, [Buffer.from(files[i]?.text ?? "", "utf8")]);
  }
}

/** Files in the folder beside those copies, unfinished ones of theirs left out. */
export function otherFiles(folder: string, copies: readonly string[]): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !copies.some((copy) => path === copy || isPartOf(path, copy)));
}

/** Removes copies that a record names, and the folders that are empty then; nothing outside the folder. */
export function removeSource(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    const inside = normalize(path);
    if (isAbsolute(inside) || inside.split(sep)[0] === "..") continue; // not one that a run wrote
    rmSync(join(folder, inside), { force: true });
    removeParts(folder, inside);
    for (let parent = dirname(inside); ; parent = dirname(parent)) {
      try {
        rmdirSync(join(folder, parent));
      } catch {
        break; // it holds something else, or is gone
      }
      if (parent === ".") break;
    }
  }
}

/** What a run that was killed left of a file that it wrote. */
function removeParts(folder: string, path: string): void {
  for (const other of otherFiles(folder, []))
    if (isPartOf(other, path)) rmSync(join(folder, other), { force: true });
}
