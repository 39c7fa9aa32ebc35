/** The files that a prediction writes for each image, planned before the first is written. */
import { basename, extname, join, resolve } from "node:path";
import { UserError } from "../user-error.ts";
import type { LearnedTarget } from "./learned-target.ts";

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
 * output that learned something else, NAME.OUTPUT.png.
 * @param names outputs of the network; classes whose probabilities are wanted; what outputs learned that did not learn labels
 * @throws UserError when two images would write the same file, or one that is an input
 */
export function planOutputs(
  images: readonly string[],
  folder: string,
  names: { readonly outputs: readonly string[]; readonly classes: readonly string[] },
  targets: Readonly<Record<string, LearnedTarget>> = {},
): readonly ImagePlan[] {
  const inputs = new Set(images.map((image) => resolve(image)));
  const taken = new Map<string, string>();
  return images.map((image) => {
    const stem = basename(image, extname(image));
    const outputs = names.outputs.map((output): OutputFiles => {
      const kind = targets[output]?.kind ?? "labels";
      if (kind !== "labels") return { kind: "picture", picture: join(folder, `${stem}.${output}.png`) };
      return filesOf(join(folder, names.outputs.length > 1 ? `${stem}.${output}` : stem), names.classes);
    });
    for (const file of outputs.flatMap(allFiles)) {
      const path = resolve(file);
      if (inputs.has(path)) {
        throw new UserError(
          `${image} would be labelled into ${file}, which is itself an input`,
          "choose another --out",
        );
      }
      const other = taken.get(path);
      if (other !== undefined) {
        throw new UserError(
          `${other} and ${image} would both be labelled into ${file}`,
          "give images of different names, or label them into different folders",
        );
      }
      taken.set(path, image);
    }
    return { image, outputs };
  });
}

function allFiles(files: OutputFiles): readonly string[] {
  return files.kind === "picture" ? [files.picture] : [files.labels, files.overlay, ...files.probabilities];
}

function filesOf(start: string, classes: readonly string[]): OutputFiles {
  return {
    kind: "classes",
    labels: `${start}.labels.png`,
    overlay: `${start}.overlay.png`,
    probabilities: classes.map(
      (name) => `${start}.probability-${name.replace(/[^\p{L}\p{N}_-]+/gu, "_")}.png`,
    ),
  };
}
