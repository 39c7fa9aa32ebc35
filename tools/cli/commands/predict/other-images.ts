/** The images for the inputs beside the finest: the files of the image's name, whatever its extension, in the folders given. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { InputConfiguration } from "../../../../compiler/learning/configuration.ts";
import { reasonOf } from "../../../../runtime/files/file-error.ts";
import { countImages } from "../../../../runtime/images/stacks/count-slices.ts";
import { imagePlace, imageStem, sliceReference } from "../../../../runtime/images/stacks/image-place.ts";
import type { Predictor } from "../../../../runtime/prediction/predictor.ts";
import { UserError } from "../../../../runtime/user-error.ts";

/** Folders by the names of inputs. */
export type InputFolders = ReadonlyMap<string, string>;

/** Inputs that took the data's images in training, as the finest did: they are given the image itself, shrunk or resized. */
export function copiedInputs(
  predictor: Predictor,
  trained: readonly Pick<InputConfiguration, "name" | "from">[],
): ReadonlySet<string> {
  const fromImages = new Set(trained.filter(({ from }) => from === undefined).map(({ name }) => name));
  const known = predictor.otherInputs.map(({ name }) => name);
  return new Set(fromImages.has(predictor.input.name) ? known.filter((name) => fromImages.has(name)) : []);
}

/**
 * @param copies inputs that need no folder
 * @throws UserError for a name that is no further input's, and an input without a folder. Asked once, before any image is read.
 */
export function checkInputFolders(
  predictor: Predictor,
  folders: InputFolders = new Map(),
  copies: ReadonlySet<string> = new Set(),
): void {
  const known = predictor.otherInputs.map(({ name }) => name);
  for (const name of folders.keys()) {
    if (!known.includes(name)) {
      throw new UserError(
        `--input ${name}: the network has no other input of that name`,
        known.length === 0 ? "remove this option" : `give ${known.join(", ")}`,
      );
    }
  }
  for (const name of known) {
    if (folders.has(name) || copies.has(name)) continue;
    throw new UserError(
      `no folder is given for the input "${name}", which the network has beside "${predictor.input.name}"`,
      `give the folder of its images: --input ${name}=DIR, with a file of the same name for each image`,
    );
  }
}

/** The image of a further input. */
export interface OtherFile {
  readonly name: string;
  readonly file: string;
  readonly channels: number;
}

/** @throws UserError when a folder has no file, or several, for the image, or cannot be read */
export async function otherFiles(
  image: string,
  predictor: Predictor,
  folders: InputFolders = new Map(),
): Promise<readonly OtherFile[]> {
  const found: OtherFile[] = [];
  for (const { name, channels } of predictor.otherInputs) {
    const folder = folders.get(name);
    if (folder === undefined) continue;
    const { file: whole, slice } = imagePlace(image);
    const stem = imageStem(basename(whole));
    const files = (await filesIn(folder)).filter((file) => imageStem(file) === stem);
    const [file, second] = files.sort();
    if (file === undefined || second !== undefined) {
      throw new UserError(
        `${folder} has ${file === undefined ? "no file" : `several files (${files.join(", ")})`} named ${stem} for the input "${name}"`,
      );
    }
    const path = join(folder, file);
    const several = slice !== undefined && (await countImages(path)) > 1;
    found.push({ name, file: several ? sliceReference(path, slice) : path, channels });
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UserError(`${folder} cannot be read: ${reasonOf(error)}`);
  }
}
