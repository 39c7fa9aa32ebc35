/** The image files that a person names: files, folders of them, and patterns. */
import { readdir, stat } from "node:fs/promises";
import { dirname, extname, join, normalize, relative, resolve } from "node:path";
import picomatch from "picomatch";
import { glob } from "tinyglobby";
import { errorCode, reasonOf } from "../files/file-error.ts";
import { imageExtensions } from "../images/image-format.ts";
import { countImages } from "../images/stacks/count-slices.ts";
import { sliceReference } from "../images/stacks/image-place.ts";
import { standardInput } from "../images/standard-input.ts";
import { UserError } from "../user-error.ts";

export interface ImageFile {
  readonly path: string;
  /** The folder below the pattern's fixed part in which it was found: "" for what was named itself. */
  readonly below: string;
  /** What files made of it are called after; left out: its path. */
  readonly name?: string | undefined;
  /** Of a file of several images, from 0. */
  readonly page?: { readonly file: string; readonly index: number; readonly of: number } | undefined;
}

/**
 * Every image of files that hold several, in their order: each is predicted by itself.
 * @returns others as they are
 */
export async function separateImages(files: readonly ImageFile[]): Promise<readonly ImageFile[]> {
  const separate: ImageFile[] = [];
  for (const image of files) {
    const of = await countImages(image.path);
    if (of === 1) separate.push(image);
    for (let index = 0; of > 1 && index < of; index++)
      separate.push({
        ...image,
        path: sliceReference(image.path, index),
        page: { file: image.path, index, of },
      });
  }
  return separate;
}

/**
 * Files in the order given ("-" is standard input), those of a folder (without folders in it) and of a pattern by name; none twice. A file that does not
 * exist stays in the list: reading it says so.
 * @throws UserError for a folder without images, and a pattern that matches nothing
 */
export async function findImages(given: readonly string[]): Promise<readonly ImageFile[]> {
  const found = new Map<string, ImageFile>();
  for (const name of given) {
    for (const image of await imagesOf(name)) {
      const key = resolve(image.path);
      if (!found.has(key)) found.set(key, image);
    }
  }
  return [...found.values()];
}

async function imagesOf(name: string): Promise<readonly ImageFile[]> {
  if (name === standardInput) return [{ path: name, below: "", name: "stdin" }];
  const entry = await stat(name).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw new UserError(`${name} cannot be read: ${reasonOf(error)}`);
  });
  if (entry?.isDirectory()) return imagesInFolder(name);
  const { base, glob: pattern, isGlob } = picomatch.scan(name);
  if (entry !== undefined || !isGlob) return [{ path: name, below: "" }];
  const folder = base === "" ? "." : base;
  const matched = await glob(pattern, { cwd: folder, expandDirectories: false });
  if (matched.length === 0)
    throw new UserError(
      `no file matches "${name}"`,
      `patterns are relative to the working directory, and * stays within a folder: for the folders in it, "${join(folder, "**", "*.png")}"`,
    );
  return matched.sort(byCodeUnits).map((file) => {
    const path = normalize(join(folder, file));
    const below = dirname(relative(folder, path));
    return { path, below: below === "." ? "" : below };
  });
}

async function imagesInFolder(folder: string): Promise<readonly ImageFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(`${folder} cannot be read: ${reasonOf(error)}`);
  });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => imageExtensions.includes(extname(name).toLowerCase()));
  if (names.length > 0)
    return names.sort(byCodeUnits).map((name) => ({ path: join(folder, name), below: "" }));
  throw new UserError(
    `${folder} has no image files (${imageExtensions.join(", ")})`,
    `for the folders in it, write a pattern in quotes: "${join(folder, "**", "*.png")}"`,
  );
}

/** The same order on every machine, whatever its language. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
