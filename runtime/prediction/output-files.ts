/** The files that a prediction writes for each image, planned before the first is written. */

import { basename, extname, join, resolve } from "node:path";
import { learnsMasks, usualTarget } from "../../compiler/learning/targets/registry.ts";
import type { LearnedTarget } from "../targets/learned-target.ts";
import { UserError } from "../user-error.ts";
import type { ImageFile } from "./image-files.ts";

export type OutputFiles =
  | {
      readonly kind: "classes";
      readonly labels: string;
      readonly overlay: string;
      /** In class order; empty when probabilities are not wanted. */
      readonly probabilities: readonly string[];
    }
  /** Of an output that learned something else. */
  | { readonly kind: "picture"; readonly picture: string };

/** The file that is named when the image is done. */
export function mainFile(files: OutputFiles): string {
  return files.kind === "classes" ? files.labels : files.picture;
}

export interface ImagePlan {
  readonly image: string;
  /** One for each output of the network. */
  readonly outputs: readonly OutputFiles[];
}

/**
 * NAME.labels.png, NAME.overlay.png and NAME.probability-CLASS.png; with several outputs, NAME.OUTPUT.labels.png and so on. Of an
 * output that learned something else, NAME.OUTPUT.png. NAME is the image's without its extension, and with it where another
 * image differs in nothing else; images that a pattern found in folders keep these.
 * @param names outputs of the network; classes whose probabilities are wanted; what outputs learned that did not learn labels
 * @throws UserError when two images would write the same file, or one that is an input
 */
export function planOutputs(
  images: readonly ImageFile[],
  folder: string,
  names: { readonly outputs: readonly string[]; readonly classes: readonly string[] },
  targets: Readonly<Record<string, LearnedTarget>> = {},
): readonly ImagePlan[] {
  const inputs = new Set(images.map(({ path }) => fileKey(path)));
  const taken = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const image of images) counts.set(stemOf(image), (counts.get(stemOf(image)) ?? 0) + 1);
  return images.map((file) => {
    const image = file.path;
    const alone = counts.get(stemOf(file)) === 1;
    const stem = alone ? stemOf(file) : join(file.below, basename(image));
    const outputs = names.outputs.map((output): OutputFiles => {
      if (!learnsMasks(targets[output] ?? usualTarget))
        return { kind: "picture", picture: join(folder, `${stem}.${output}.png`) };
      return filesOf(join(folder, names.outputs.length > 1 ? `${stem}.${output}` : stem), names.classes);
    });
    for (const written of outputs.flatMap(allFiles)) {
      const key = fileKey(written);
      if (inputs.has(key)) {
        throw new UserError(
          `the prediction for ${image} would be written to ${written}, which is itself an input`,
          "choose another --out",
        );
      }
      const other = taken.get(key);
      if (other !== undefined) {
        throw new UserError(
          `the predictions for ${other} and ${image} would both be written to ${written}`,
          "run predict for each with another --out, or give both folders by one pattern in quotes",
        );
      }
      taken.set(key, image);
    }
    return { image, outputs };
  });
}

function stemOf({ path, below }: ImageFile): string {
  return join(below, basename(path, extname(path)));
}

/** The same for two paths that are one file; macOS and Windows take names that differ in capitals alone for one. */
function fileKey(path: string): string {
  const key = resolve(path).normalize();
  return process.platform === "darwin" || process.platform === "win32" ? key.toLowerCase() : key;
}

function allFiles(files: OutputFiles): readonly string[] {
  return files.kind === "picture" ? [files.picture] : [files.labels, files.overlay, ...files.probabilities];
}

function filesOf(start: string, classes: readonly string[]): OutputFiles {
  return {
    kind: "classes",
    labels: `${start}.labels.png`,
    overlay: `${start}.overlay.png`,
    probabilities: fileNames(classes).map((name) => `${start}.probability-${name}.png`),
  };
}

/** Of classes; two that are one without what a file's name should not have are numbered. */
function fileNames(classes: readonly string[]): readonly string[] {
  const plain = classes.map((name) => name.replace(/[^\p{L}\p{N}_-]+/gu, "_"));
  return plain.map((name, i) => (plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name}.${i}`));
}
